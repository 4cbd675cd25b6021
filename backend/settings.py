"""Every setting: name, type, default, one line of help. Read once; nothing else touches the environment."""

import os
import secrets
from functools import cache
from pathlib import Path

import msgspec

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The values in force. The environment variable of a field is its name in capitals; ``HELP`` explains each."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("data")
    database_url: str = ""
    pg_bindir: str = ""
    pg_os_user: str = ""
    redis_url: str = ""
    demo: bool = True
    workers: int = 1
    background: bool = True
    pool_size: int = 10
    public_url: str = ""
    trusted_proxies: str = ""
    help_phone: str = "12345"
    help_hours: str = "8:00–20:00"
    city_name: str = "黑龙江省"
    secret_key: str = ""
    old_secret_keys: str = ""
    cipher: str = "aes"
    sms_gateway_url: str = ""
    push_hosts: str = ""
    video_hosts: str = ""
    voice_gateway_url: str = ""
    email_gateway_url: str = ""
    email_smtp_url: str = ""
    email_from: str = ""
    letter_gateway_url: str = ""
    gateway_secrets: str = ""
    realname_url: str = ""
    realname_app: str = ""
    realname_secret: str = ""
    log_level: str = "info"
    max_concurrent: int = 512
    ip_rate: int = 60
    ip_burst: int = 600

    @property
    def https(self) -> bool:
        """Whether residents reach us by TLS (ended by the proxy in front): decides Secure cookies and HSTS."""
        return self.public_url.startswith("https://")


HELP = {
    "host": "address to listen on",
    "port": "port to listen on",
    "data_dir": "where the embedded database and the secret key live",
    "database_url": "postgresql://… of a real server; empty: the embedded one in DATA_DIR",
    "pg_bindir": "folder of initdb and postgres for the embedded database; empty: the one that comes along",
    "pg_os_user": "account that the embedded database runs as when root starts it; empty: nobody",
    "redis_url": "redis://… shared limits and cache between hosts; empty: in this process and in PostgreSQL",
    "demo": "demonstration world and personas; on by default with the embedded database only",
    "workers": "web worker processes",
    "background": "web workers also deliver announcements and do timed work; off where `worker` processes do",
    "pool_size": "database connections for each worker",
    "public_url": "address that residents type, https://… in production",
    "trusted_proxies": "comma-separated addresses or networks whose X-Forwarded-For is believed",
    "help_phone": "the person's phone number shown on every page",
    "help_hours": "when that phone is answered",
    "city_name": "name of the place this installation serves",
    "secret_key": "32 bytes in hex (from the second key on 2:HEX); empty: made once and kept in DATA_DIR/secret.key",
    "old_secret_keys": "comma-separated NUMBER:HEX (NUMBER:sm4:HEX) that still open what they sealed; see rotate-keys",
    "cipher": "what the key in SECRET_KEY works with: aes (AES-256-GCM, SHA-256) or sm4 (SM4-GCM, SM3)",
    "sms_gateway_url": "HTTP gateway for text messages; empty: only the demonstration inbox",
    "push_hosts": "comma-separated push services in the country, which may get titles; .a.cn for every host below a.cn",
    "video_hosts": "comma-separated hosts where halls may meet by video; .a.cn for every host below a.cn; empty: none",
    "voice_gateway_url": "HTTP gateway whose voice reads messages out on the phone; empty: people call",
    "email_gateway_url": "HTTP gateway for e-mail; empty: no e-mail",
    "email_smtp_url": "mail server instead: smtps://user:password@host, smtp://… (STARTTLS), smtp+plain://…",
    "email_from": "sender of e-mails, 政务服务 <noreply@example.gov.cn>; empty: noreply at the host of PUBLIC_URL",
    "letter_gateway_url": "HTTP gateway that prints letters and has them brought; empty: staff bring them",
    "gateway_secrets": "secret that signs requests and callbacks of all gateways, or sms=…,voice=…; empty: no receipts",
    "realname_url": "service that compares a name with a document number; empty: counters only, or the demonstration's",
    "realname_app": "application key that the real-name service gave us",
    "realname_secret": "secret with which requests to the real-name service are signed",
    "log_level": "debug, info, warning or error",
    "max_concurrent": "requests worked on at once in one worker; above it 503 with Retry-After",
    "ip_rate": "requests a second from one address (many phones can share one); 0 switches the limit off",
    "ip_burst": "requests that one address may send at once before ip_rate applies",
}


class RootKey(msgspec.Struct, frozen=True):
    """One root key (32 bytes). What it made carries its number (1 to 255); it works with one cipher only."""

    id: int
    secret: bytes
    cipher: str = "aes"


CIPHERS = ("aes", "sm4")


class BadSetting(Exception):
    """A value that cannot be used; the text is one sentence for the person who set it."""


def read(environ: dict[str, str]) -> Settings:
    """Settings from environment variables; raises ``BadSetting``."""
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        text = environ.get(field.name.upper())
        if text is not None:
            values[field.name] = _parse(field.name, field.type, text.strip())
    values.setdefault("demo", not values.get("database_url"))
    return msgspec.convert(values, Settings)


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read(dict(os.environ))


def secret(values: Settings | None = None) -> bytes:
    """The bytes of the current root key."""
    return root_keys(values)[0].secret


def root_keys(values: Settings | None = None) -> tuple[RootKey, ...]:
    """The root keys, the current one first. Made once with mode 0600 when none is set."""
    chosen = values or settings()
    now = _key(chosen.secret_key or _kept(chosen.data_dir / "secret.key"), chosen.cipher)
    return (now, *(key for key in _old(chosen.old_secret_keys) if key.id != now.id))


def _kept(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_bytes(32).hex())
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """Create the file or leave the one another process made a moment earlier."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _parse(name: str, kind: object, text: str) -> object:
    if kind is bool:
        if text.lower() not in TRUE | FALSE:
            raise BadSetting(f"{name.upper()} must be on or off, not {text!r}.")
        return text.lower() in TRUE
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise BadSetting(f"{name.upper()} must be a whole number, not {text!r}.") from None
    if name == "email_smtp_url" and text and text.partition("://")[0] not in ("smtps", "smtp", "smtp+plain"):
        raise BadSetting("EMAIL_SMTP_URL must begin with smtps://, smtp:// or smtp+plain://.")
    if name == "secret_key" and text:
        _key(text, "aes")
    if name == "old_secret_keys":
        _old(text)
    if name == "cipher" and text not in CIPHERS:
        raise BadSetting(f"CIPHER must be aes or sm4, not {text!r}.")
    return Path(text) if kind is Path else text


def _old(text: str) -> list[RootKey]:
    """``1:HEX, 2:sm4:HEX``."""
    found = [_old_key(each.strip()) for each in text.split(",") if each.strip()]
    if len({key.id for key in found}) != len(found):
        raise BadSetting("OLD_SECRET_KEYS names a number twice.")
    return found


def _old_key(text: str) -> RootKey:
    parts = text.split(":")
    if len(parts) == 3 and parts[1] in CIPHERS:
        return _key(f"{parts[0]}:{parts[2]}", parts[1], "OLD_SECRET_KEYS")
    if len(parts) != 2:
        raise BadSetting("OLD_SECRET_KEYS must be NUMBER:HEX or NUMBER:sm4:HEX, separated by commas.")
    return _key(text, "aes", "OLD_SECRET_KEYS")


def _key(text: str, cipher: str, setting: str = "SECRET_KEY") -> RootKey:
    """``HEX`` is number 1, ``2:HEX`` number 2. The text itself is never repeated in a message."""
    number, _, digits = text.rpartition(":")
    try:
        key = RootKey(int(number or "1"), bytes.fromhex(digits), cipher)
    except ValueError:
        key = RootKey(0, b"")
    if len(key.secret) != 32:
        raise BadSetting(f"{setting} must be 64 hexadecimal digits (32 bytes), with a number before it: 2:HEX.")
    if not 1 <= key.id <= 255:
        raise BadSetting(f"{setting} must have a number from 1 to 255.")
    return key
