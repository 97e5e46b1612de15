"""Contribution subsidies: who earns one, how much, and what ends it."""
