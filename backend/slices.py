"""Finds the slices: folders in ``backend/`` with an ``__init__.py``. A module that fails to import stops the start."""

import importlib
import importlib.util
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from piccolo.conf.apps import AppConfig

from backend.core import held, register

HERE = Path(__file__).parent
NOT_SLICES = {"core", "decisions"}


@cache
def names() -> tuple[str, ...]:
    """The slices, by name."""
    found = (each.name for each in pkgutil.iter_modules([str(HERE)]) if each.ispkg)
    return tuple(sorted(name for name in found if name not in NOT_SLICES))


def modules(name: str) -> list[ModuleType]:
    """The module ``name`` (or package of that name) of each slice that has one."""
    wanted = [f"backend.{each}.{name}" for each in names()]
    return [importlib.import_module(path) for path in wanted if importlib.util.find_spec(path)]


def apps() -> list[AppConfig]:
    """The Piccolo apps of core and of every slice."""
    core = importlib.import_module("backend.core.piccolo_app")
    return [core.APP_CONFIG, *(module.APP_CONFIG for module in modules("piccolo_app"))]


def awaken() -> None:
    """Import what nobody asks for by name (listeners, timed work, holdings), and take the field register's lines."""
    for name in ("events", "jobs", "holdings"):
        modules(name)
    register.use([*held.HELD, *(line for module in modules("register") for line in module.HELD)])
