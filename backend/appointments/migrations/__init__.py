"""Schema history of appointments."""
