"""Which worker runs what: long files first, so that neither waits for the other in the end, and one browser for all.

A file stays with one worker (its fixtures are made once); the files that open pages stay together, so that one portal
and one browser are started, not one for each worker.
"""

from typing import Any

import pytest

BROWSER = ("tests/journeys/", "/test_browser.py", "tests/queues/test_focus.py", "tests/messaging/test_node_client.py")
PROCESSES = ("tests/house/test_run.py", "tests/house/test_matrix.py")


def in_a_browser(name: str) -> bool:
    """Whether a test is, by its file, told in a browser, or by another programme of the served portal."""
    return any(each in name for each in BROWSER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's worker begins with its long way, the other with the starts of the portal and the matrix."""
    items.sort(key=lambda item: (not in_a_browser(item.nodeid), not item.nodeid.startswith(PROCESSES)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """By file whatever was asked for, in the order above."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    made = LoadFileScheduling(config, log)
    file_of = made._split_scope
    made._split_scope = lambda name: "browser" if in_a_browser(name) else file_of(name)
    return made
