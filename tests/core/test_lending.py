"""Connections between two statements: kept warm, never kept from somebody who waits, never handed on unclean."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from backend.core.lending import Lender, Loan

pytestmark = pytest.mark.no_database  # these need connections of their own, and no transaction
PID = "SELECT pg_backend_pid()"
PATIENCE = 60  # seconds; on a busy machine too, only what would never end comes so far


@pytest.fixture
async def lender(database: str) -> AsyncIterator[Lender]:
    """A lender with one connection, and a pool that can be closed at the end."""
    pool = await asyncpg.create_pool(database, min_size=1, max_size=1)
    lender = Lender(pool)
    yield lender
    await lender.release_all()
    await asyncio.wait_for(pool.close(), PATIENCE)


async def test_the_next_statement_has_the_same_connection(lender: Lender) -> None:
    assert await ask(lender, PID) == await ask(lender, PID)


async def test_everybody_who_waits_gets_it(lender: Lender) -> None:
    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*(ask(lender, f"SELECT {n} FROM pg_sleep(0.001)") for n in range(20)))
    assert found == list(range(20))


async def test_the_pool_closes_when_the_last_loan_comes_back(lender: Lender) -> None:
    """Kept for a next one that never comes, it would be waited for without end."""
    async with Loan(lender) as connection:
        await lender.release_all()
        closing = asyncio.create_task(lender._pool.close())
        await connection.execute("SELECT 1")
    await asyncio.wait_for(closing, PATIENCE)


async def test_what_was_cancelled_is_over_before_the_next(lender: Lender) -> None:
    long = asyncio.create_task(ask(lender, "SELECT pg_sleep(300)"))
    await asyncio.sleep(0.02)
    long.cancel()
    async with asyncio.timeout(PATIENCE):
        assert await ask(lender, "SELECT 1") == 1


async def test_a_transaction_left_open_ends_with_the_loan(lender: Lender) -> None:
    await ask(lender, "BEGIN")
    async with Loan(lender) as connection:
        assert not connection.is_in_transaction()


async def test_a_failed_statement_leaves_nothing_behind(lender: Lender) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        await ask(lender, "SELECT 1/0")
    assert await ask(lender, "SELECT 1") == 1


async def test_a_connection_that_was_cut_off_is_replaced(lender: Lender) -> None:
    before = await ask(lender, PID)
    async with Loan(lender) as connection:
        connection.terminate()
    assert await ask(lender, PID) != before
    lender._idle[0].terminate()  # while it waits
    assert await ask(lender, "SELECT 1") == 1


async def ask(lender: Lender, sql: str) -> object:
    async with Loan(lender) as connection:
        return await connection.fetchval(sql)
