"""The foundation: no database, no clock, tables and properties."""
