"""Management commands of settlements."""
