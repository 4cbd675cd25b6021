"""取号 and 签到 at the machine itself: nobody signs in, the machine of the hall is who acts."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.catalogue import service as catalogue
from backend.core import crypto, forms
from backend.core.actor import Actor
from backend.core.http import PUBLIC, actor_of, allow, device_of, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, NotFound, Problem
from backend.core.schemas import Input
from backend.core.words import N_, words
from backend.queues import service as queues
from backend.queues.schemas import CheckIn, ItemId, TicketRequest

Asked = Request[Any, Any, Any]
Key = Annotated[str, msgspec.Meta(min_length=8, max_length=255)]
FEW = 7
SCANNED = "LINLI "  # what the QR code of an appointment begins with; then its number and its check code
LABELS = {
    "number": N_("Number of the appointment"),
    "digits": N_("Last four signs of your mobile number or identity card"),
}
HINTS = {
    "number": N_("Hold the QR code under the scanner, or type the number, such as A0127"),
    "digits": N_("Not needed with a QR code"),
}
NOT_FOUND = N_("We find no appointment of today with this number and these four signs")


class NotHere(NotFound):
    """This browser is no kiosk of a hall."""

    code, title = "not-a-kiosk", N_("This machine is not set up as a kiosk")


class NumberForm(Input, frozen=True, kw_only=True):
    """取号: what for, and by which of the two buttons."""

    key: Key
    item: ItemId = ""
    green: bool = False


class ArrivalForm(Input, frozen=True, kw_only=True):
    """签到: typed, or by the scanner, which types what it reads into the first field."""

    key: Key
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    digits: Annotated[str, msgspec.Meta(max_length=4)] = ""

    @property
    def wanted(self) -> tuple[str, str]:
        """Number and proof; raises ``Invalid`` when there is no proof."""
        if self.number.upper().startswith(SCANNED) and len(parts := self.number.split()) == 3:
            return parts[1], parts[2]
        if len(self.digits) != 4:
            raise Invalid({"digits": N_("Please enter the last four signs")})
        return self.number, self.digits


@get("/kiosk/number", opt=allow(queues.board), include_in_schema=False)
async def ask(request: Asked) -> Response[bytes]:
    """取号: what for, with or without the green lane."""
    return await _ask(request)


@post("/kiosk/number", opt=allow(PUBLIC, queues.take_ticket), include_in_schema=False)
async def take(request: Asked) -> Response[bytes] | Response[None]:
    """The number, large, with the way to print it."""
    machine, hall = _machine(request)
    typed = await forms.read(request, NumberForm)
    wanted = TicketRequest(hall=hall, item=typed.item, green=typed.green)
    try:
        made = await queues.take_ticket(machine, wanted, key=typed.key)
    except (Invalid, Conflict) as problem:
        return await _ask(request, problem)
    return go(f"/kiosk/number/{made.token}")


@get("/kiosk/number/{token:str}", opt=allow(queues.position), include_in_schema=False)
async def taken(request: Asked, token: Annotated[str, msgspec.Meta(max_length=60)]) -> Response[bytes]:
    """Number, honest waiting range, print, finish."""
    found = await queues.position(actor_of(request), token)
    return page(request, "kiosk/number_taken", title=N_("Your number"), found=found, token=token)


@get("/kiosk/check-in", opt=allow(PUBLIC), include_in_schema=False)
async def came(request: Asked) -> Response[bytes]:
    """签到: scan, or type."""
    return await _came(request)


@post("/kiosk/check-in", opt=allow(PUBLIC, queues.check_in), include_in_schema=False)
async def check_in(request: Asked) -> Response[bytes] | Response[None]:
    """Check in; a number that does not fit and one that does not exist are the same to whoever tries."""
    machine, hall = _machine(request)
    try:
        typed = await forms.read(request, ArrivalForm)
        number, digits = typed.wanted
        made = await queues.check_in(machine, CheckIn(hall=hall, number=number, digits=digits), key=typed.key)
    except NotFound:
        return await _came(request, Invalid({"number": NOT_FOUND}))
    except (Invalid, Conflict) as problem:
        return await _came(request, problem)
    if not made.token:
        return await _came(request, queues.AlreadyWaiting(N_("Use that one, or ask the person at the entrance.")))
    return go(f"/kiosk/number/{made.token}")


def _machine(request: Asked) -> tuple[Actor, UUID]:
    """The machine and its hall."""
    device = device_of(request)
    if device is None or device.kind != "kiosk" or device.hall is None:
        raise NotHere(next_step=("/kiosk", N_("Back to start")))
    return device.actor, device.hall


async def _ask(request: Asked, problem: Problem | None = None) -> Response[bytes]:
    machine, hall = _machine(request)
    board = await queues.board(machine, hall)
    popular = [(each.id, each.name) for each in (await catalogue.high_frequency(machine))[:FEW]]
    return page(
        request, "kiosk/number", status=problem.status if problem else 200, title=N_("Take a number"), board=board,
        waits={kind: (count, least, most) for kind, count, least, most in board.waits}, popular=popular,
        refusal=problem, key=crypto.token(), hall=hall, reasons=queues.REASONS,
        around=await queues.instead(machine, hall) if board.numbers.why else [],
    )  # fmt: skip


async def _came(request: Asked, problem: Problem | None = None) -> Response[bytes]:
    _machine(request)
    viewer = viewer_of(request)
    say = words(viewer.lang, viewer.plain).gettext
    errors = {name: say(text) for name, text in problem.fields.items()} if problem else {}
    typed = await forms.raw(request) if request.method == "POST" else {}
    form = fields.form(ArrivalForm, typed, errors, labels=LABELS, hints=HINTS)
    form = {name: msgspec.structs.replace(each, autocomplete="off", maxlength=0) for name, each in form.items()}
    return page(
        request, "kiosk/check_in", status=problem.status if problem else 200, title=N_("Check in"), f=form,
        errors=errors, refusal=problem, key=crypto.token(),
    )  # fmt: skip


routes = [ask, take, taken, came, check_in]
