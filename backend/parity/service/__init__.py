"""The verbs of the parity report; the only writer of its table."""

from backend.parity.service.making import make_due, write_reports
from backend.parity.service.reading import NoReport, report

__all__ = ["NoReport", "make_due", "report", "write_reports"]
