"""The project's own source, as the house tests read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("backend", "accessibility", "miniprogram_bridge")
GROUND = ("consents", "delegation", "identity", "notifications", "places", "webpush")
DOORS = ("api", "pages", "capabilities")
PRIVATE = ("tables", "rules", "access", "queries")
SHARED = ("service", "schemas", "events")


def python_files(*folders: str) -> list[Path]:
    """The Python files below these folders of the project, without generated ones."""
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts
    )


def name_of(path: Path) -> str:
    """``backend/places/service.py`` is ``backend.places.service``; a package is named without ``__init__``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports() -> dict[str, set[str]]:
    """Each module of the project and the modules and names that it imports, with full names."""
    return {name_of(path): set(_imported(path)) for path in python_files(*PACKAGES)}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def slice_of(module: str) -> str | None:
    """The slice that a module belongs to, or none for core, accessibility and the top files."""
    parts = module.split(".")
    if parts[0] != "backend" or len(parts) < 2 or parts[1] in {"core", "decisions"}:
        return None
    return parts[1] if (ROOT / "backend" / parts[1]).is_dir() else None


def slices() -> list[str]:
    """The slices of the house."""
    found = (path.parent.name for path in (ROOT / "backend").glob("*/__init__.py"))
    return sorted(name for name in found if name not in {"core", "decisions"})


def floor(module: str) -> str:
    """The role of a module within its slice: ``service``, ``api``, ``tables`` …"""
    return module.split(".")[2] if len(module.split(".")) > 2 else ""
