"""Nothing grows past what a person can hold in mind: 400 lines a module, 50 a function, 120 a template."""

import statistics

from tests.house.source import PACKAGES, ROOT, python_files, read


def test_modules_stop_at_400_lines() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*PACKAGES, "tests")}
    assert not {str(path): size for path, size in sizes.items() if size > 400}


def test_the_median_module_is_short() -> None:
    files = [path for path in python_files(*PACKAGES) if path.name != "__init__.py"]
    assert statistics.median(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= 130


def test_functions_stop_at_50_lines() -> None:
    files = python_files(*PACKAGES)
    assert not [(str(path), name, n) for path in files for name, n in read(path).functions if n > 50]


def test_templates_stop_at_120_lines() -> None:
    templates = [path for folder in PACKAGES for path in (ROOT / folder).rglob("*.html")]
    assert not {str(path): n for path in templates if (n := len(path.read_text(encoding="utf-8").splitlines())) > 120}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files(*PACKAGES)
        if "migrations" not in path.parts[:-1] or path.name == "__init__.py"
        if not read(path).says
    ]
    assert not silent
