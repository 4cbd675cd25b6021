"""Schema history of delegation."""
