"""The foundation: money, days, months, document numbers, names and ciphers, without Django."""
