"""The tests: one folder per app, and the house rules."""
