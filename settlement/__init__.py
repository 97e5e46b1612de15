"""30 June: interest and subsidies, previewed, approved, posted, proved and sealed."""
