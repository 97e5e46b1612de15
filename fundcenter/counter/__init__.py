"""The counter: what clerks see."""
