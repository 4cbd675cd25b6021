"""A letter that is printed: what is on it, and the file."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

_thread = ThreadPoolExecutor(1, thread_name_prefix="letters")


class Letter(NamedTuple):
    """What is printed. ``follow`` are the words of a next step and the address that they lead to."""

    address: str
    subject: str
    body: str
    at: datetime
    lang: str = "zh_CN"
    follow: tuple[str, str] = ("", "")


async def pdf(letter: Letter) -> bytes:
    """The file. It takes as long as fifty requests, which do not wait for it."""
    return await asyncio.get_running_loop().run_in_executor(_thread, _made, letter)


def _made(letter: Letter) -> bytes:
    """The libraries are 30 MB and a third of a second, which only the process that prints should pay."""
    from backend.notifications.adapters import paper

    return paper.pdf(letter)
