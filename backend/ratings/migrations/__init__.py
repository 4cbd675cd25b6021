"""Schema history of ratings."""
