"""A PDF of another system is read in a process of its own: no library for PDF withstands every hostile file.

The process has a second or ten, a bounded memory, and nothing of ours. It costs a third of a second, which only who
sends a PDF waits for; two at a time, so that many of them do not take the machine.
"""

import asyncio
import sys
from pathlib import Path
from typing import Literal

import msgspec

PROGRAM = Path(__file__).parent / "judging.py"
PATIENCE = 15.0  # seconds; its own limit of time is below
AT_ONCE = 2
INVALID = "is not a valid PDF"
_room = asyncio.Semaphore(AT_ONCE)


class Judged(msgspec.Struct, frozen=True):
    """``wrong`` ends a sentence that begins with the file; empty when nothing is."""

    wrong: str
    pages: int = 0
    address: list[str] = []


async def judge(kind: Literal["letter", "file"], data: bytes) -> Judged:
    """What is wrong with it; what cannot be read in time is no valid PDF."""
    async with _room:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", PROGRAM, kind, env={}, cwd="/",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(PATIENCE):
                said, _ = await process.communicate(data)
        except TimeoutError:
            return Judged(INVALID)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    try:
        return msgspec.json.decode(said, type=Judged)
    except msgspec.DecodeError:  # it was ended by its limits
        return Judged(INVALID)
