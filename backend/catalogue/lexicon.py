"""The words of the street: ours, and what a city adds in ``DATA_DIR/lexicon/*.csv``."""

from collections.abc import Iterable
from pathlib import Path

from backend.core.search import Lexicon
from backend.core.search.lexicon import read

OURS = Path(__file__).parent / "data" / "synonyms.csv"


def lexicon(further: Path | None = None) -> Lexicon:
    """Our lexicon and the CSV files of a folder; same columns, see ``synonyms.md``. A bad row stops the start."""
    return Lexicon(entry for path in (OURS, *_files(further)) for entry in read(path))


def _files(folder: Path | None) -> Iterable[Path]:
    return sorted(folder.glob("*.csv")) if folder and folder.is_dir() else ()
