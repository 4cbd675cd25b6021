"""Schema history of calls."""
