"""An e-mail as it travels: plain text and HTML beside it, readable by everything that reads aloud, without a picture.

Nothing is loaded from anywhere and no link tells that it was opened. What is typed by people stands in the body or is
cleaned for a header; ``email.policy.SMTP`` refuses a line break in a header besides.
"""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import NamedTuple

from backend.core.words import N_, words
from backend.notifications.adapters.port import Outgoing

LINK = re.compile(r"https?://[\w.:/?&=%#~+-]*[\w/=#~-]", re.ASCII)
TITLE = N_("A message for you")
HTML_LANG = {"zh_CN": "zh-Hans"}
# A long web address breaks rather than making the page wider than a telephone.
STYLE = "max-width:36em;margin:0 auto;padding:16px;color:#1a1a1a;background:#fff;overflow-wrap:anywhere;"
# What holds even where style sheets are cut out stands at the elements; this is only for eyes that want it dark.
DARK = (
    "@media(prefers-color-scheme:dark){body{background:#14201b!important;color:#f2f5f3!important}"
    "a{color:#8fd6b4!important}footer{border-color:#9aa8a1!important}}"
)
LONGEST = 150  # signs of a subject


class Type(NamedTuple):
    """How large text and heading are, with the space between lines; and how the next step stands out."""

    body: str
    head: str
    next: str


USUAL = Type("font-size:18px;line-height:1.7", "font-size:24px;line-height:1.4", "")
# As on the pages of the elder mode (``tokens/elder.css``): text of at least 23 px, 63 px to press.
LARGE = Type(
    "font-size:24px;line-height:1.8;letter-spacing:.02em", "font-size:30px;line-height:1.5",
    "display:inline-block;padding:12px 20px;border:3px solid;border-radius:10px;font-weight:bold",
)  # fmt: skip


def made(message: Outgoing, *, sender: Address, origin: str, phone: str, at: datetime) -> EmailMessage:
    """The whole e-mail. Its id is that of the delivery: the same one sent again after a crash is the same e-mail."""
    say = words(message.lang, message.plain).gettext
    subject = _line(message.subject or say(message.title or TITLE))
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, _to(message.address), subject
    mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{message.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # no holiday answers (RFC 3834)
    mail["X-Auto-Response-Suppress"] = "All"
    if message.leave:
        mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"] = f"<{message.leave}>", "List-Unsubscribe=One-Click"
        mail["Precedence"] = "bulk"
    follow = (say(message.next), origin + message.href) if message.next and message.href.startswith("/") else ("", "")
    foot = _foot(message, sender, origin, phone)
    mail.set_content(_text(message.text, follow, foot), cte="base64")
    mail.add_alternative(_html(message, subject, follow, foot), subtype="html", cte="base64")
    mail["Content-Language"] = HTML_LANG.get(message.lang, message.lang)  # before, it would stay with the first part
    return mail


def _to(address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(username=local, domain=domain)


def _line(text: str) -> str:
    """One line without control signs, whatever somebody typed as a title."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST] or "-"


def _foot(message: Outgoing, sender: Address, origin: str, phone: str) -> list[tuple[str, str]]:
    """Who writes, whom to call, and where to change it: words, and the address they lead to."""
    say = words(message.lang, message.plain).gettext
    lines = [
        (sender.display_name, ""),
        (say(N_("Questions? Call {phone}. Please do not answer this e-mail; nobody reads it."), phone=phone), ""),
        (say(N_("We never ask for codes, cards or money.")), ""),
    ]
    if message.person is not None:
        lines.append((say(N_("How I am told")), f"{origin}/messages/preferences"))
    return lines + ([(say(N_("Send me no more news by e-mail")), message.leave)] if message.leave else [])


def _text(body: str, follow: tuple[str, str], foot: list[tuple[str, str]]) -> str:
    parts = [body, *([f"{follow[0]}: {follow[1]}"] if follow[0] else []), "-- "]
    return "\n\n".join(parts) + "\n" + "\n".join(f"{said}: {to}" if to else said for said, to in foot) + "\n"


def _html(message: Outgoing, subject: str, follow: tuple[str, str], foot: list[tuple[str, str]]) -> str:
    lang, size = HTML_LANG.get(message.lang, message.lang), LARGE if message.plain else USUAL
    body = "".join(f"<p>{_linked(line)}</p>\n" for line in message.text.splitlines() if line.strip())
    if follow[0]:
        body += f"<p>{_link(follow[1], follow[0], size.next)}</p>\n"
    end = "".join(f"<p>{_link(to, said) if to else escape(said)}</p>\n" for said, to in foot)
    return f"""<!DOCTYPE html>
<html lang="{escape(lang)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{escape(subject)}</title><style>{DARK}</style></head>
<body style="{STYLE}{size.body}">
<main>
<h1 style="{size.head}">{escape(subject)}</h1>
{body}</main>
<footer style="border-top:2px solid #595959;margin-top:2em">
{end}</footer>
</body>
</html>
"""


def _link(to: str, said: str, more: str = "") -> str:
    return f'<a href="{escape(to)}" style="color:#0b5a3c;text-decoration:underline;{more}">{escape(said)}</a>'


def _linked(text: str) -> str:
    """The words of a line, its web addresses as links."""
    parts, end = [], 0
    for found in LINK.finditer(text):
        parts += [escape(text[end : found.start()]), _link(found[0], found[0])]
        end = found.end()
    return "".join([*parts, escape(text[end:])])
