"""What the city does: one folder for each thing residents come for, on a floor that knows nothing of the city."""
