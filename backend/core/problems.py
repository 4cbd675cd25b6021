"""A no that a person understands: a stable code, a sentence, the next step (RFC 9457).

Subclasses are defined beside the verb that raises them. Texts are English message ids; the door translates them.
"""

from typing import ClassVar

from backend.core.words import N_


class Problem(Exception):
    """The base of every refusal: ``title`` the kind, ``detail`` what happened here, ``next_step`` (href, words)."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = N_("Something went wrong on our side")

    def __init__(
        self,
        detail: str = "",
        *,
        next_step: tuple[str, str] | None = None,
        values: dict[str, object] | None = None,
    ) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.next_step = next_step
        self.values = values or {}
        self.headers: dict[str, str] = {}
        self.fields: dict[str, str] = {}


class BadRequest(Problem):
    """The request cannot be read at all."""

    status, code, title = 400, "bad-request", N_("We could not read this request")


class SignInRequired(Problem):
    """Nobody is signed in; pages lead to the sign-in page and come back."""

    status, code, title = 401, "sign-in-required", N_("Please sign in first")


class Forbidden(Problem):
    """The actor's role does not open this door. A row that the actor may not see is ``NotFound`` instead."""

    status, code, title = 403, "forbidden", N_("This is not open to you")


class NobodyToActFor(Forbidden):
    """Staff act for somebody; nobody is being helped at the moment."""

    code, title = "nobody-to-act-for", N_("Say first whom this is for")


class NotFound(Problem):
    """There is nothing here for this actor."""

    status, code, title = 404, "not-found", N_("There is nothing here")


class Conflict(Problem):
    """The state of things does not allow it now."""

    status, code, title = 409, "conflict", N_("This is not possible right now")


class KeyReused(Conflict):
    """The idempotency key came with another request before: somebody went back and chose something else."""

    code, title = "key-reused", N_("This was sent already, with another choice")

    def __init__(self, *, next_step: tuple[str, str] | None = None) -> None:
        super().__init__(
            N_("What you sent first stands. For something else begin again; a program takes a fresh key."),
            next_step=next_step,
        )


class Gone(Problem):
    """It was here and has ended."""

    status, code, title = 410, "gone", N_("This has ended")


class TooLarge(Problem):
    """The body is over the limit."""

    status, code, title = 413, "too-large", N_("This is too large to send")


class UnsupportedMedia(Problem):
    """The body is of a kind that this door does not read."""

    status, code, title = 415, "unsupported-media-type", N_("We cannot read this kind of data")


class Invalid(Problem):
    """Some fields need another look; ``fields`` maps each to its message."""

    status, code, title = 422, "invalid", N_("Please check what you entered")

    def __init__(self, fields: dict[str, str], detail: str = "", **more: object) -> None:
        super().__init__(detail, **more)  # type: ignore[arg-type]
        self.fields = fields


class TooMany(Problem):
    """A limit is reached; ``retry_after`` is an honest number of seconds."""

    status, code, title = 429, "too-many-requests", N_("That was a little too often")

    def __init__(self, retry_after: int, detail: str = "", **more: object) -> None:
        super().__init__(detail or N_("Please try again in {seconds} seconds."), **more)  # type: ignore[arg-type]
        self.values.setdefault("seconds", retry_after)
        self.headers["Retry-After"] = str(retry_after)


class Unavailable(Problem):
    """A part that is needed cannot be reached, or the house is full for a moment."""

    status, code, title = 503, "unavailable", N_("The service is very busy")
