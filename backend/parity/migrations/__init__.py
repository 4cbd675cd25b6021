"""Schema history of parity."""
