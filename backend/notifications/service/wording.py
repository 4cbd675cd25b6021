"""How a message is said: in the words of the receiver's division if it has its own, otherwise in ours."""

from collections.abc import Awaitable, Callable

from backend.core.words import words
from backend.notifications.schemas import Receiver, Template

Wordings = Callable[[Receiver, Template], Awaitable[str]]
_wordings: list[Wordings] = []


def use_wordings(find: Wordings) -> None:
    """Let a slice above say how a division words a message; an empty answer leaves it to us."""
    _wordings[:] = [find]


async def say(to: Receiver, template: Template, values: dict[str, str]) -> str:
    """The text with its values, in the receiver's language and wording."""
    own = await _wordings[0](to, template) if _wordings else ""
    if own:
        return own.format(**values) if values else own
    return words(to.lang, to.plain).gettext(template.text, **values)
