"""Who gets in: every operation of the contract, as every kind of caller, with the objects of two cities."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import httpx
import pytest

from backend.appointments import access
from tests.appointments.factories import MONDAY
from tests.house import matrix, objects
from tests.house.matrix import Credential, Operation
from tests.house.objects import Side

ANYBODY = Credential("anonymous", frozenset(), "", "")
CLERK = Credential("clerk A", frozenset({"clerk"}), "A", "")
READ = Operation("get", "/api/v1/cases/{row_id}", frozenset({"clerk", "resident"}), {"security": [{}]})


async def test_nobody_reaches_what_is_not_theirs_and_everything_is_reached_by_somebody(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None]
) -> None:
    frozen(MONDAY)
    here, ours = await matrix.build("A", "230103", "230100")
    there, theirs = await matrix.build("B", "230202", "230200")
    operations = matrix.operations()
    wrong, reached = [], set()
    for operation in operations:
        # A role that is not declared is tried with its own side's objects, which tempt it most, and by one side only.
        others = [each for each in theirs if matrix.declared(operation, each)]
        callers = [ANYBODY, ours[0], ours[-1]] if operation.public else [ANYBODY, *ours, *others]
        for who in callers:
            async for side, status, problem in tried(client, operation, who, here, there):
                if 200 <= status < 300:
                    reached.add(operation.name)
                if problem:
                    wrong.append((operation.name, who.name, side, status, problem))
    assert not wrong
    unreached = {operation.name for operation in operations} - reached
    assert unreached == set(objects.UNREACHED), "say in tests/house/matrix.py how somebody succeeds, or why nobody does"


async def tried(
    client: httpx.AsyncClient, operation: Operation, who: Credential, here: Side, there: Side
) -> AsyncIterator[tuple[str, int, str]]:
    """The operation with the objects of one side, then of the other if it has any: (side, status, what is wrong)."""
    placed = matrix.placed(operation, here, there) and (operation.public or matrix.declared(operation, who))
    for side, other in ((here, there), (there, here)) if placed else ((here, there),):
        answer = await matrix.call(client, operation, who, side)
        problem = matrix.judge(operation, who, side.name if placed else "", answer.status_code)
        if not problem and matrix.leaks(operation, who, other, answer.text):
            problem = "tells of the other side"
        yield side.name if placed else "", answer.status_code, problem


async def forgetful(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    """What is found wrong with reading an appointment when the code forgets to ask for the county and the hall."""

    async def everybody(*_: object) -> bool:
        return True

    frozen(MONDAY)
    monkeypatch.setattr("backend.places.service.serves", everybody)
    monkeypatch.setattr(
        access, "OF_HALL", access.OF_HALL.replace("region = ANY($1::text[])", "cardinality($1::text[]) > 0")
    )
    here, _ = await matrix.build("A", "230103", "230100")
    there, theirs = await matrix.build("B", "230202", "230200")
    (read,) = [each for each in matrix.operations() if each.name == "GET /appointments/{row_id}"]
    return {problem for who in theirs async for _, _, problem in tried(client, read, who, here, there) if problem}


async def test_the_second_wall_holds_where_the_first_has_a_hole(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await forgetful(client, frozen, monkeypatch) == set()


async def test_without_the_second_wall_the_walk_finds_the_hole(
    as_owner: None, client: httpx.AsyncClient, frozen: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await forgetful(client, frozen, monkeypatch) == {"gives an object of the other side"}


@pytest.mark.parametrize(
    ("who", "side", "status", "found"),
    [
        (CLERK, "A", 200, ""),
        (CLERK, "B", 404, ""),
        (CLERK, "B", 200, "other side"),
        (CLERK, "A", 500, "fails"),
        (ANYBODY, "A", 200, "nobody in particular"),
        (Credential("manager A", frozenset({"manager"}), "A", ""), "A", 204, "not declared"),
    ],
)
def test_a_hole_would_be_seen(who: Credential, side: str, status: int, found: str) -> None:
    problem = matrix.judge(READ, who, side, status)
    assert found in problem and bool(found) == bool(problem)
