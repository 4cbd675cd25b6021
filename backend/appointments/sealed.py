"""What of appointments is unreadable in the database: only marks of the key under which a booking was asked for."""

from backend.core.sealing import Sealed

SEALED = [Sealed(table="appointments_appointment", hashes=("request", "request_hash"))]
