"""A lock that is not had in time is an answer to come back, not a failure of ours."""

import asyncpg
import pytest

from backend.core.http.answers import from_exception


@pytest.mark.parametrize("error", [asyncpg.LockNotAvailableError("x"), asyncpg.DeadlockDetectedError("x")])
def test_who_meets_somebody_elses_lock_is_asked_to_come_again(error: Exception) -> None:
    problem = from_exception(error)
    assert (problem.status, problem.headers["Retry-After"]) == (503, "2")
