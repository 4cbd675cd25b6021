"""HTML doors of identity: signing in and my page; staff sign-in and the desk."""

from backend.identity.pages import desk, resident

routes = [*resident.routes, *desk.routes]
