"""The project's own source, as the house tests read it."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend import contract

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
def imports() -> dict[str, frozenset[str]]:
    """Each module of the project and the modules and names that it imports, with full names."""
    return {name_of(path): _imported(path) for path in python_files(*PACKAGES)}


@dataclass(frozen=True)
class Read:
    """What the rules want to know of a module; its tree is not kept, for the collector would walk all of them."""

    imports: frozenset[str]
    relative: bool
    functions: tuple[tuple[str, int], ...]  # and their lines
    says: bool  # what it is for, or nothing is in it
    calls: tuple[tuple[str, str], ...]  # as base.name(…)


@cache
def read(path: Path) -> Read:
    """Parsed once for all rules."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imports, functions, calls, relative = set(), [], [], False
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            relative |= node.level != 0
            imports |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append((node.name, (node.end_lineno or 0) - node.lineno + 1))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = node.func.value
            if isinstance(base, ast.Name):
                calls.append((base.id, node.func.attr))
    says = not text.strip() or bool(ast.get_docstring(tree))
    return Read(frozenset(imports), relative, tuple(functions), says, tuple(calls))


def _imported(path: Path) -> frozenset[str]:
    assert not read(path).relative, f"{path}: relative import"
    return read(path).imports


@cache
def current_contract() -> bytes:
    """The contract of the code as it stands, described once: it takes two seconds."""
    return contract.current()


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
