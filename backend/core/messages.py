"""The ``messages`` command: extract ids from code and templates, merge translations, tell what is missing.

python -m backend messages check                  what is not translated, or translated but no longer used
python -m backend messages set zh_CN FILE.tsv      add translations: id TAB text, or id TAB plural TAB text
python -m backend messages prune                  drop translations that nothing uses
"""

import fcntl
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

from backend.core.words import DEFAULT, LOCALES

ROOT = LOCALES.parent
KEYWORDS: dict[str, Any] = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
CALL = re.compile(
    r"""\b(_|ngettext)\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?:\s*,\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))?"""
)
YAML = re.compile(r"""!_\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
SINCE = datetime(2026, 11, 24, tzinfo=UTC)
Id = str | tuple[str, str]


def main(argv: list[str]) -> int:
    """Run the command; the exit status is 1 when something is missing."""
    match argv:
        case ["check"]:
            return check()
        case ["set", name, file]:
            print(f"{put(name, Path(file))} translations set in {name}")
            return 0
        case ["prune"]:
            print(f"{prune()} translations dropped")
            return 0
    print(__doc__)
    return 2


def used() -> dict[Id, str]:
    """Every message id in use, with one place that uses it."""
    found: dict[Id, str] = {}
    for folder in ("backend", "accessibility", "miniprogram_bridge"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix == ".py":
                ids = _in_python(path)
            elif path.suffix in {".html", ".txt", ".yaml"} and path.name != "styleguide.yaml":
                ids = _in_template(path)
            else:
                continue
            for each in ids:
                found.setdefault(each, str(path.relative_to(ROOT)))
    return found


def check() -> int:
    """Print what is missing or left over in the Chinese catalogue."""
    wanted, have = used(), _load(DEFAULT)
    missing = [each for each in wanted if not _translated(have, each)]
    extra = [_key(message.id) for message in have if message.id and _key(message.id) not in wanted]
    for each in missing:
        print(f"missing  {wanted[each]}: {each!r}")
    for each in extra:
        print(f"unused   {each!r}")
    print(f"{len(wanted)} messages, {len(missing)} missing, {len(extra)} unused in {DEFAULT}")
    return 1 if missing or extra else 0


def put(name: str, file: Path) -> int:
    """Merge a tab-separated file into a catalogue; returns how many lines. Waits for other writers."""
    count = 0
    with _locked():
        catalogue = _load(name)
        for line in file.read_text(encoding="utf-8").splitlines():
            parts = [part.replace("\\n", "\n") for part in line.split("\t")]
            if len(parts) == 2 and all(parts):
                _replace(catalogue, parts[0], parts[1])
                count += 1
            elif len(parts) == 3 and all(parts):
                _replace(
                    catalogue, (parts[0], parts[1]), (parts[2],) if name in {DEFAULT, "plain"} else (parts[1], parts[2])
                )
                count += 1
        _save(name, catalogue)
    return count


def prune() -> int:
    """Drop what nothing uses from every catalogue; returns how many."""
    wanted, dropped = used(), 0
    with _locked():
        for path in LOCALES.glob("*.po"):
            catalogue = _load(path.stem)
            for message in [each for each in catalogue if each.id and _key(each.id) not in wanted]:
                catalogue.delete(message.id)
                dropped += 1
            _save(path.stem, catalogue)
    return dropped


def _in_python(path: Path) -> Iterator[Id]:
    with path.open("rb") as file:
        for _, function, messages, _ in extract_python(file, KEYWORDS, [], {}):
            if (
                function == "ngettext"
                and isinstance(messages, tuple)
                and len(messages) > 1
                and messages[0]
                and messages[1]
            ):
                yield (messages[0], messages[1])
            elif function != "ngettext":
                one = messages[0] if isinstance(messages, (tuple, list)) else messages
                if isinstance(one, str) and one:
                    yield one


def _in_template(path: Path) -> Iterator[Id]:
    text = path.read_text(encoding="utf-8")
    for function, one, other in CALL.findall(text):
        yield (_unquoted(one), _unquoted(other)) if function == "ngettext" else _unquoted(one)
    for one in YAML.findall(text):
        yield _unquoted(one)


def _unquoted(text: str) -> str:
    return text[1:-1].replace(f"\\{text[0]}", text[0]).replace("\\n", "\n")


def _key(message_id: str | tuple[str, ...] | list[str]) -> Id:
    return message_id if isinstance(message_id, str) else (message_id[0], message_id[1])


def _translated(catalogue: Catalog, message_id: Id) -> bool:
    message = catalogue.get(message_id if isinstance(message_id, str) else message_id[0])
    if message is None or not message.string:
        return False
    return isinstance(message.string, str) or all(message.string)


def _replace(catalogue: Catalog, message_id: Id, string: str | tuple[str, ...]) -> None:
    catalogue.delete(message_id if isinstance(message_id, str) else message_id[0])
    catalogue.add(message_id, string)


def _load(name: str) -> Catalog:
    path = LOCALES / f"{name}.po"
    if not path.exists():
        return Catalog(locale="zh_CN" if name == "plain" else name, project="Linli", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN" if name == "plain" else name)


def _save(name: str, catalogue: Catalog) -> None:
    catalogue.header_comment = f"# Linli 邻里: {name}"
    catalogue.msgid_bugs_address = catalogue.copyright_holder = "Linli"
    catalogue.last_translator = catalogue.language_team = "Linli"
    catalogue.creation_date = catalogue.revision_date = SINCE  # no noise in the history
    draft = LOCALES / f".{name}.po.draft"
    with draft.open("wb") as file:
        write_po(file, catalogue, sort_output=True, omit_header=False, width=120, no_location=True)
    draft.replace(LOCALES / f"{name}.po")


class _locked:
    """One writer at a time."""

    def __enter__(self) -> None:
        self._file = (LOCALES / ".lock").open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
