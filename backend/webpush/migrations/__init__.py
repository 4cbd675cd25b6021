"""Schema history of webpush."""
