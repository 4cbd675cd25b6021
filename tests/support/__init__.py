"""What every test may ask for: a database, the application, a client whose pages are audited, a browser, Redis."""
