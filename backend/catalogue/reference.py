"""Loads the shipped catalogue through the importer."""

from backend.catalogue import service, shelves
from backend.core.actor import Actor
from backend.core.reference import Report

NAME = "services"
ORDER = 20


def version() -> str:
    """The hash of the files and of the rules that read them."""
    return shelves.version()[:16]


async def load(report: Report) -> None:
    """Load every file; a refused row of our own files stops the start."""
    total = len(shelves.ITEM_FILES)
    for done, name in enumerate(shelves.ITEM_FILES, start=1):
        found = await service.load_items(Actor.system("reference data"), shelves.DATA / name)
        if not found.ok:
            raise ValueError(f"{name} line {found.refused[0].line}: {found.refused[0].reason}")
        report(done, total)
