"""The tests' own environment, set before anything of the portal is imported: nothing of the developer's leaks in."""

import os
import tempfile
from pathlib import Path

from backend.settings import HELP

HOST = "linli.test"
for _name in [*HELP, "REDIS_CLUSTER_URL"]:
    os.environ.pop(_name.upper(), None)
os.environ |= {
    "PUBLIC_URL": f"https://{HOST}",
    "SECRET_KEY": "5a" * 32,
    "DATA_DIR": str(Path(tempfile.gettempdir()) / "linli-tests-have-no-data-dir"),
    "DEMO": "on",
    "IP_RATE": "0",
}

pytest_plugins = ["tests.support.database", "tests.support.web", "tests.support.outside"]
