"""`python -m backend worker`: announcements and timed work in a process of their own, for hosts that serve much."""

import argparse
import asyncio
import signal

import uvloop

from backend import prepare, slices
from backend.core import bells, chain, events, jobs
from backend.settings import Settings


def main(argv: list[str]) -> int:
    """Works until SIGTERM or Ctrl-C. Several may run: rows are claimed, jobs are held by an advisory lock."""
    argparse.ArgumentParser("python -m backend worker", description=__doc__).parse_args(argv)
    with prepare.database() as (chosen, _), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(chosen))
    return 0


async def _work(chosen: Settings) -> None:
    slices.awaken()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with prepare.pool(chosen, size=chosen.pool_size):
        runs = (events.run_relay, jobs.run_jobs, jobs.run_watches, chain.run_sealer)
        await asyncio.gather(bells.exchange(chosen.database_url, stopping), *(run(stopping) for run in runs))
