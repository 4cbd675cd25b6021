"""Rows of people, staff, sessions."""

from backend.identity.tables.people import Person
from backend.identity.tables.sessions import Code, Session
from backend.identity.tables.staff import Assistance, Attempt, Login, Staff

__all__ = ["Assistance", "Attempt", "Code", "Login", "Person", "Session", "Staff"]
