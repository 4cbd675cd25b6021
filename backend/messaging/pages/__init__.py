"""Pages of messaging, and beside them the addresses of the v2 interface."""

from backend.messaging.api import v2

routes = [*v2.routes]
