"""Calculators (试算): one registry behind the command, the API and the pages."""
