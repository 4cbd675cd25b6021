"""`python -m backend check-config`: every setting and its source, what is unsafe, what is refused."""

import argparse
import asyncio
import os
from urllib.parse import parse_qs, urlsplit

import msgspec

from backend import prepare
from backend.core import db, walls
from backend.prepare import Stop
from backend.settings import HELP, Settings, settings

SECRET = {"secret_key", "old_secret_keys", "realname_secret", "gateway_secrets"}
ADDRESSES = {
    "database_url", "redis_url", "sms_gateway_url", "voice_gateway_url", "email_gateway_url", "letter_gateway_url",
    "email_smtp_url",    "realname_url",
}  # fmt: skip
COUNTED = 15  # seconds, see decision 0003
HERE = {"127.0.0.1", "::1", "localhost"}


def main(argv: list[str]) -> int:
    """Status 1 when the database would be refused; what is merely unsafe is said."""
    argparse.ArgumentParser("python -m backend check-config", description=__doc__).parse_args(argv)
    chosen = settings()
    width = max(len(name) for name in HELP)
    for name, text in HELP.items():
        source = "environment" if name.upper() in os.environ else "default"
        print(f"{name.upper():{width}}  {shown(chosen, name):28}  {source:11}  {text}")
    print()
    for line in unsafe(chosen):
        print(f"unsafe: {line}")
    return _database(chosen)


def shown(chosen: Settings, name: str) -> str:
    """The value for people: keys hidden, passwords left out, empty said."""
    value = getattr(chosen, name)
    if name in SECRET:
        return "(set)" if value else "(empty)" if name == "old_secret_keys" else "(made in DATA_DIR)"
    if name in ADDRESSES and value:
        return prepare.without_password(str(value))
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) or "(empty)"


def unsafe(chosen: Settings) -> list[str]:
    """What a city should not serve residents with. Alone on one's own machine, nothing of it matters."""
    found = []
    alone = chosen.host in HERE and not chosen.public_url
    if not alone and chosen.demo:
        found.append("DEMO is on: anybody may step into any role")
    if chosen.public_url and not chosen.https:
        found.append("PUBLIC_URL is not https: sessions travel in the clear")
    if chosen.host not in HERE and not chosen.https:
        found.append("HOST is open to the network without an https PUBLIC_URL: put the shipped proxy in front")
    if chosen.https and not chosen.trusted_proxies:
        found.append("TRUSTED_PROXIES is empty: behind a proxy all residents share one rate limit")
    if "0.0.0.0/0" in chosen.trusted_proxies or "::/0" in chosen.trusted_proxies:
        found.append("TRUSTED_PROXIES believes everybody: any client may choose its own address")
    if chosen.database_url and not chosen.secret_key:
        found.append("SECRET_KEY is empty: each host makes its own, and cannot read what another one sealed")
    if chosen.old_secret_keys:
        found.append("OLD_SECRET_KEYS is set: run rotate-keys, then take the old keys out")
    if chosen.ip_rate == 0:
        found.append("IP_RATE is 0: no limit for one address")
    if not alone and not chosen.sms_gateway_url and not chosen.demo:
        found.append("SMS_GATEWAY_URL is empty: no resident can receive a sign-in code")
    return found + _in_the_clear(chosen)


def _in_the_clear(chosen: Settings) -> list[str]:
    found = []
    database, redis = urlsplit(chosen.database_url), urlsplit(chosen.redis_url)
    mode = parse_qs(database.query).get("sslmode", ["prefer"])[0]
    if (database.hostname or "127.0.0.1") not in HERE and mode in {"disable", "allow", "prefer"}:
        found.append("DATABASE_URL crosses the network without sslmode=verify-full")
    if redis.scheme == "redis" and (redis.hostname or "127.0.0.1") not in HERE:
        found.append("REDIS_URL crosses the network in the clear: use rediss://")
    mail = urlsplit(chosen.email_smtp_url)
    if mail.scheme == "smtp+plain" and mail.hostname not in HERE:
        found.append("EMAIL_SMTP_URL crosses the network in the clear: use smtps:// or smtp://")
    return found


def _database(chosen: Settings) -> int:
    if not chosen.database_url:
        place = prepare.data_dir(chosen)
        made = (place / "postgres" / "data").exists()
        print(f"database: the embedded one in {place}{'' if made else ', made at the first start'}; durable as shipped")
        return 0

    async def look() -> None:
        async with prepare.pool(msgspec.structs.replace(chosen, pool_size=1), as_owner=True):
            for hole in await walls.holes():
                print(f"unsafe: {hole}")
            if (seconds := await db.seconds_until_counted()) > COUNTED:
                print(f"slow: autovacuum_naptime is {seconds} s; with 5s a rush is told nearly twice as fast")

    try:
        asyncio.run(look())
    except Stop as reason:
        print(f"refused: {reason}")
        return 1
    print("database: answers; fsync, full_page_writes and synchronous_commit are on")
    return 0
