"""The pages of the portal: home and search, settings, and what we say about ourselves."""

from backend.portal.pages import about, home, settings

routes = [*home.routes, *settings.routes, *about.routes]

__all__ = ["routes"]
