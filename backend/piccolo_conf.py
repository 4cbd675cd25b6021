"""What Piccolo's own commands look for: the database, and the apps found in the slices."""

from piccolo.conf.apps import AppRegistry

from backend import slices
from backend.core.db import DB

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(
    apps=["backend.core.piccolo_app", *(module.__name__ for module in slices.modules("piccolo_app"))]
)
