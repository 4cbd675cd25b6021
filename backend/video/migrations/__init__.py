"""Schema history of video meetings."""
