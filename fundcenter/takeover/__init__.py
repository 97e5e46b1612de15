"""Taking over a working centre: one workbook, tried, signed by two persons, booked whole."""
