# The front door. Each line calls `python3 -m backend`, which makes its own environment on the first call.
PYTHON ?= python3

.PHONY: run test check bench fix tour
run:
	@exec $(PYTHON) -m backend run

test:
	@$(PYTHON) -m backend test

check:
	@$(PYTHON) -m backend check

bench:
	@$(PYTHON) -m backend bench

fix:
	@$(PYTHON) -m backend fix

tour:
	@$(PYTHON) -m backend tour
