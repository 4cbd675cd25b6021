"""What `deploy/` says must stay true of the code: names of settings, limits in front, promises of the database."""

import re
import tomllib
from pathlib import Path

import yaml

from backend.settings import HELP
from tests.support.outside import ROOT

DEPLOY = ROOT / "deploy"
NAMES = {name.upper() for name in HELP} | {"LINLI_VENV", "PYTHONUNBUFFERED"}


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_every_name_in_the_environment_file_is_a_setting() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", text("linli.env"), re.M)) <= NAMES


def test_compose_sets_only_settings_and_leaves_the_demonstration_off() -> None:
    services = yaml.safe_load(text("compose.yaml"))["services"]
    for name in ("web", "worker"):
        assert set(services[name]["environment"]) <= NAMES
        assert services[name]["environment"]["DEMO"] == "off"
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"], "the network reaches the portal through the proxy only"


def test_the_proxy_limits_what_the_server_cannot() -> None:
    proxy = text("nginx.conf")
    for needed in ("client_header_timeout", "client_body_timeout", "limit_conn ", "limit_req ", "client_max_body_size"):
        assert needed in proxy
    assert re.search(r"metrics\|readyz.*?deny all", proxy, re.S)
    assert proxy.count("{") == proxy.count("}")


def test_the_database_is_asked_to_keep_what_it_acknowledged() -> None:
    settings = dict(re.findall(r"^([a-z_]+) = (\S+)", text("postgresql.conf"), re.M))
    assert settings["fsync"] == settings["full_page_writes"] == settings["synchronous_commit"] == "on"


def test_units_start_commands_that_exist() -> None:
    from backend.commands import BUILT_IN

    for unit in ("linli.service", "linli-worker.service"):
        started = re.search(r"-m backend (\S+)", text(unit))
        assert started and started[1] in BUILT_IN


def test_requirements_name_exact_versions_with_hashes_and_no_address() -> None:
    run = requirements(ROOT / "requirements.txt")
    development = requirements(ROOT / "requirements-dev.txt")
    assert run.items() <= development.items(), "tests run on the very versions that serve"
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {re.split(r"[^a-z0-9-]", each)[0] for each in named} <= run.keys(), "what serves has all that it names"


def requirements(path: Path) -> dict[str, str]:
    written = path.read_text()
    assert not re.search(r"://|index-url|find-links|^-", written, re.M)
    pinned = dict(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==(\S+)", written, re.M))
    blocks = re.split(r"^(?=[a-z0-9])", written, flags=re.M)[1:]
    assert len(blocks) == len(pinned)
    assert all("--hash=sha256:" in block for block in blocks)
    return pinned
