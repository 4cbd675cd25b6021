"""Wishes for places, sent by clients that wait for each answer; every answer is kept, because answers are promises."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.load import Caller, Result, percentile

CLIENTS = 16


@dataclass(frozen=True)
class Wish:
    """One person's wish for a place in a slot; a wish that is sent twice has the same number and the same key."""

    number: int
    slot: int
    request: bytes


@dataclass
class Answers:
    """What the clients were told, by the number of the wish."""

    statuses: Counter[int] = field(default_factory=Counter)
    promised: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    began: float = field(default_factory=time.perf_counter)
    last_promise: float = 0.0  # seconds after the beginning

    def ms(self, share: float) -> float:
        """Latency in milliseconds below which this share of the promises and refusals came."""
        return percentile(self.latencies, share)


class Client(Caller):
    """One connection that notes to which wish an answer belongs."""

    def __init__(self, wishes: Iterator[Wish | bytes], until: float, answers: Answers) -> None:
        super().__init__(self._requests(wishes), until, Result())
        self.answers = answers
        self.wish: Wish | None = None

    def _requests(self, wishes: Iterator[Wish | bytes]) -> Iterator[bytes]:
        for wish in wishes:
            self.wish = wish if isinstance(wish, Wish) else None
            yield wish.request if isinstance(wish, Wish) else wish

    def answered(self, status: int, seconds: float) -> None:
        self.answers.statuses[status] += 1
        self.answers.latencies.append(seconds)
        if self.wish is not None:
            if status in (200, 201):
                self.answers.promised.add(self.wish.number)
                self.answers.last_promise = time.perf_counter() - self.answers.began
            elif 400 <= status < 500:
                self.answers.refused.add(self.wish.number)


async def send(port: int, wishes: Sequence[Wish | bytes], seconds: float) -> Answers:
    """Send them once, in their order, by all clients, until they are used up or the time is over."""
    answers = Answers()
    supply = iter(wishes)
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(supply, answers.began + seconds, answers), "127.0.0.1", port))[1]
        for _ in range(CLIENTS)
    ]
    await asyncio.gather(*(client.done for client in clients))
    answers.seconds = time.perf_counter() - answers.began
    return answers
