"""Booking against systems that people use today, on the same machine, over the same PostgreSQL with the same settings.

Each is installed by the benchmark from the package index into an environment of its own and driven as its makers
mean it to be; the figures are speed and, before it, what became of the promises: oversold, lost, duplicated.
"""

from benchmarks.rivals.compare import measure

__all__ = ["measure"]
