"""The pages of the portal: home and search, settings, and what we say about ourselves."""

from backend.portal.pages.about import routes as about
from backend.portal.pages.home import routes as home
from backend.portal.pages.settings import routes as settings

routes = [*home, *settings, *about]

__all__ = ["routes"]
