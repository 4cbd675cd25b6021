"""The tour of the README: four pictures, made by ``make tour`` from the running portal."""
