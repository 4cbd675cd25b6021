"""`python -m backend rotate-keys`: seal everything anew under the current key, while the portal runs.

First set the new key in SECRET_KEY and the former one in OLD_SECRET_KEYS, and restart. When this says 100 %, take the
former key out. `--check` only counts; status 1 when something still needs an old key.
"""

import argparse
import asyncio

from backend import prepare, slices
from backend.core import crypto, keyring, rotation
from backend.core.sealing import Sealed

EVERY = 10_000  # rows between two lines of progress


def main(argv: list[str]) -> int:
    """Status 0 when nothing needs an old key any more."""
    parser = argparse.ArgumentParser("python -m backend rotate-keys", description=__doc__)
    parser.add_argument("--check", action="store_true", help="count what is still under an older key")
    wanted = parser.parse_args(argv)

    async def work() -> int:
        async with prepare.pool(chosen):
            await prepare.fitting_keys()
            return await _report() if wanted.check else await _rotate()

    with prepare.database() as (chosen, _):
        return asyncio.run(work())


def sealed() -> list[Sealed]:
    """What every slice has sealed, and core's kept answers."""
    return [each for module in slices.modules("sealed") for each in module.SEALED]


async def _rotate() -> int:
    tables = {each.table: each for each in sealed()}
    for state in await rotation.progress(list(tables.values())):
        done = shown = 0
        async for rows in rotation.rotate(tables[state.table]):
            done += rows
            if done >= state.old or done - shown >= EVERY:
                print(f"{state.table}: {done} of {max(done, state.old)} rows sealed anew", flush=True)
                shown = done
    status = await _report()
    if status == 0:
        await keyring.settle(crypto.keys()[0])
    return status


async def _report() -> int:
    found = await rotation.progress(sealed())
    for state in found:
        share = 100 * (state.rows - state.old) / state.rows if state.rows else 100
        print(f"{state.table:28} {share:6.2f} % of {state.rows} rows under key {crypto.current()}")
    old = sum(state.old for state in found)
    others = ", ".join(str(key.id) for key in crypto.keys()[1:])
    if old:
        print(f"{old} rows still need an older key. Run rotate-keys again when all processes have been restarted.")
    elif others:
        print(f"Nothing here needs key {others}: take it out of OLD_SECRET_KEYS and restart; keep it for old backups.")
    return 1 if old else 0
