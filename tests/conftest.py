"""The tests' own environment, set before anything of the portal is imported: nothing of the developer's leaks in."""

import os
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

from backend.settings import HELP
from tests.hours import AHEAD, reach_postgres
from tests.support.place import room

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

if AHEAD in os.environ:  # `python -m tests.hours`
    reach_postgres()
room()  # decided once, before there are workers

# Where a container forbids bytecode, each worker would rewrite every assertion anew and each start of the portal would
# compile the project: nine seconds a worker, each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A busy machine is no failure of a rule; and each example that touches the database sees what those before left.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("suite")

pytest_plugins = ["tests.support.database", "tests.support.web", "tests.support.outside", "tests.support.order"]
