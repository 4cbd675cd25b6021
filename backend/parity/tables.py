"""Rows of the parity report: made once, never changed."""

from piccolo.columns import JSONB, UUID, Date, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Report(Table, tablename="parity_report", db=DB, tags=["regional", "append-only", "public"]):
    """渠道公平报告 of one month and place. ``region`` is the county, or 000000 for the province; ``hall_id`` one hall
    of it, or the zero id for all.

    ``body`` holds what is published and nothing else: a count that must not be shown is not in the database either.
    """

    region = Text()
    month = Date()
    hall_id = UUID(primary_key=True)
    body = JSONB()
    made_at = Timestamptz()
