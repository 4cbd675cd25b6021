"""Schema history of disclosures."""
