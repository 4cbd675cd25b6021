"""号票: the number on paper, large or on the 80 mm roll of a ticket printer, with a way to the page of the number."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get

from accessibility.qr import drawn
from accessibility.render import page
from backend.core.http import actor_of, allow, device_of
from backend.core.http.onward import origin
from backend.core.words import N_
from backend.queues import service
from backend.queues.pages.common import Asked

Token = Annotated[str, msgspec.Meta(max_length=60)]
Paper = Literal["a4", "80mm"]


@get("/t/{token:str}/slip", opt=allow(service.position), include_in_schema=False)
async def slip(request: Asked, token: Token, paper: Paper = "a4") -> Response[bytes]:
    """The slip in large print; ``paper=80mm`` for a ticket printer."""
    found = await service.position(actor_of(request), token)
    staff = actor_of(request).is_("clerk", "manager")
    back = "/kiosk/end" if device_of(request) else "/desk/queue/tickets" if staff else f"/t/{token}"
    return page(
        request, "queues/slip", title=N_("Your number"), found=found, token=token, roll=paper == "80mm", back=back
    )


@get("/t/{token:str}/qr.svg", opt=allow(service.position), include_in_schema=False)
async def qr(request: Asked, token: Token) -> Response[bytes]:
    """The address of the number's page, for the camera of a phone."""
    await service.position(actor_of(request), token)
    return Response(drawn(f"{origin(request)}/t/{token}"), media_type="image/svg+xml")


routes = [slip, qr]
