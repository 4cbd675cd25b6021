"""The bootstrap: readable for an old Python, quick when nothing is to do, one sentence when it cannot go on."""

import ast
from pathlib import Path

import pytest

from backend import __main__ as bootstrap
from tests.support.outside import ROOT

SOURCE = (ROOT / "backend" / "__main__.py").read_text()
STANDARD = {"hashlib", "os", "shutil", "subprocess", "sys", "fcntl", "ensurepip", "venv", "backend.commands"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of the test's own."""
    monkeypatch.setenv("LINLI_VENV", str(tmp_path / "venv"))
    return tmp_path / "venv"


def finish(place: Path, requirements: str) -> None:
    """As an installation leaves it."""
    (place / "bin").mkdir(parents=True, exist_ok=True)
    (place / "bin" / "python").touch(mode=0o755)
    (place / f".{requirements}").write_text(bootstrap.fingerprint(requirements))


def test_an_old_python_can_read_it_and_is_told_what_is_needed() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert imported <= STANDARD


def test_nothing_is_installed_when_the_stamp_is_current(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(place, "requirements.txt")
    monkeypatch.setattr(bootstrap, "install", lambda *_: pytest.fail("installed again"))
    assert bootstrap.prepare(False) == str(place / "bin" / "python")


def test_the_development_environment_also_runs_the_portal(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(place, "requirements-dev.txt")
    monkeypatch.setattr(bootstrap, "install", lambda *_: pytest.fail("installed again"))
    bootstrap.prepare(False)
    bootstrap.prepare(True)


def test_changed_requirements_are_installed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(place, "requirements.txt")
    (place / ".requirements.txt").write_text("another hash")
    asked: list[str] = []
    monkeypatch.setattr(bootstrap, "install", lambda _place, _python, requirements: asked.append(requirements))
    bootstrap.prepare(False)
    bootstrap.prepare(True)
    assert asked == ["requirements.txt", "requirements-dev.txt"]


def test_a_place_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LINLI_VENV", str(tmp_path / "file" / "venv"))
    with pytest.raises(SystemExit):
        bootstrap.prepare(False)
    assert capsys.readouterr().err.count("\n") == 1
