"""Cards of people without a phone."""

from litestar import get, post
from litestar.exceptions import NotFoundException

from backend.core.http import actor_of, allow, client_address
from backend.identity import service
from backend.identity.api.common import Asked
from backend.identity.schemas import CardLine, CardRequest, CardSignIn, CardUnlocking, CardVoiding, NewCard, SignedIn


@post("/cards", opt=allow(service.issue_card), tags=["cards"])
async def create_card(request: Asked, data: CardRequest) -> NewCard:
    """Make a card for the person at the counter. Number, code and PIN are in this answer and nowhere else."""
    return await service.issue_card(actor_of(request), data)


@post("/sessions/card", opt=allow(service.sign_in_with_card), tags=["sign-in"])
async def create_card_session(request: Asked, data: CardSignIn) -> SignedIn:
    """Exchange card and PIN for a session token. Five wrong PINs lock the card until a counter unlocks it."""
    user_agent = request.headers.get("user-agent", "")
    return await service.sign_in_with_card(
        actor_of(request), data, address=client_address(request), user_agent=user_agent
    )


@get("/me/card", opt=allow(service.my_card), tags=["cards"])
async def read_my_card(request: Asked) -> CardLine:
    """My card, or that of the person I am helping."""
    found = await service.my_card(actor_of(request))
    if found is None:
        raise NotFoundException
    return found


@post("/me/card/voiding", opt=allow(service.void_card), tags=["cards"])
async def void_my_card(request: Asked, data: CardVoiding) -> None:
    """Report the card as lost or give it back; it ends at once."""
    await service.void_card(actor_of(request), data)


@post("/me/card/unlocking", opt=allow(service.unlock_card), tags=["cards"])
async def unlock_card(request: Asked, data: CardUnlocking) -> None:
    """Unlock the card of the person at the counter, perhaps with a new PIN."""
    await service.unlock_card(actor_of(request), data)


routes = [create_card, create_card_session, read_my_card, void_my_card, unlock_card]
