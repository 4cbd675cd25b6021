"""Schema history of home visits."""
