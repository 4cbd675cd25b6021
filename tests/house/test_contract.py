"""The published contract says what the code does."""

import json
from typing import Any

import pytest

from backend import contract
from tests.house.source import current_contract

SPEC: dict[str, Any] = json.loads(contract.FILE.read_bytes()) if contract.FILE.exists() else {"paths": {}}
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, item in SPEC["paths"].items()
    for method, operation in item.items()
    if method in {"get", "post", "put", "patch", "delete"}
]


def test_the_committed_contract_is_current() -> None:
    assert contract.FILE.read_bytes() == current_contract(), "run: python -m backend openapi"


def test_there_is_a_contract() -> None:
    assert len(OPERATIONS) > 20


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_an_operation_tells_its_refusals_and_its_security(name: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    assert {"400", "404", "405", "429", "503"} <= set(responses)
    for code, response in responses.items():
        if code >= "400":
            assert list(response["content"]) == ["application/problem+json"]
    if operation["security"]:
        assert {"401", "403"} <= set(responses)
        assert operation["x-roles"]
    assert operation.get("summary") or operation.get("description")


def test_objects_are_closed_and_have_short_names() -> None:
    for name, schema in SPEC["components"]["schemas"].items():
        assert "." not in name and "_" not in name, name
        if schema.get("type") == "object" and "properties" in schema:
            assert schema.get("additionalProperties") is False, name


def test_lists_are_bounded() -> None:
    for name, operation in OPERATIONS:
        for parameter in operation.get("parameters", []):
            if parameter["name"] == "limit":
                assert parameter["schema"].get("maximum", 1000) <= 100, name


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(ids) == len(set(ids))
