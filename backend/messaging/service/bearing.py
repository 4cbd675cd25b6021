"""Who signed a request to the v2 interface: an HS256 token of a key that lives, made within half a minute.

The token names its service (``iss``) and when it was made (``iat``), nothing else counts. A token that is
not ours to read and one of an unknown service cost the same work, and one algorithm is taken (RFC 8725 §3.1).
"""

from typing import Any
from uuid import UUID

from backend.core import clock
from backend.core.problems import Forbidden, SignInRequired
from backend.core.words import N_
from backend.messaging.schemas import Caller
from backend.messaging.service.systems import live_keys

SKEW = 30  # seconds, either way: clocks of other systems
CHECKS: Any = {"require": ["iss", "iat"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
NOBODY = "00000000-0000-0000-0000-000000000000"


class TokenMissing(SignInRequired):
    """No token came along."""

    code, title = "token-missing", N_("Unauthorized: authentication token must be provided")


class TokenRefused(Forbidden):
    """The token is not good; ``why`` is in the words that the clients know."""

    code, title = "token-refused", N_("This key is not good")

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


async def recognise(authorization: str) -> Caller:
    """The service and the key behind an ``Authorization`` header."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing()
    issuer = _issuer(token.strip())
    for key in await live_keys(issuer):
        claims = _claims(token.strip(), key["secret"])
        if claims is not None:
            _in_time(claims)
            return Caller(
                region=key["region"], service=key["service"], name=key["name"], key=key["id"], kind=key["kind"],
                organisation=key["organisation"], guests=key["guests"],
            )  # fmt: skip
    _claims(token.strip(), NOBODY)
    raise TokenRefused("Invalid token: API key not found")


def _issuer(token: str) -> UUID:
    """Whom the token names, before anything is believed."""
    import jwt

    try:
        claims = jwt.decode(token, options={"verify_signature": False}, algorithms=["HS256"])
        return UUID(str(claims["iss"]))
    except KeyError:
        raise TokenRefused("Invalid token: iss field not provided") from None
    except ValueError:
        raise TokenRefused("Invalid token: service id is not the right data type") from None
    except jwt.PyJWTError:
        raise TokenRefused("Invalid token: make sure your API token matches the example at the documentation") from None


def _claims(token: str, secret: str) -> dict[str, Any] | None:
    import jwt

    try:
        found: dict[str, Any] = jwt.decode(token, secret, ["HS256"], CHECKS)
    except jwt.PyJWTError:
        return None
    return found


def _in_time(claims: dict[str, Any]) -> None:
    try:
        late = clock.now().timestamp() - int(claims["iat"])
    except (TypeError, ValueError, OverflowError):
        raise TokenRefused("Invalid token: iat field is not a number") from None
    if abs(late) > SKEW:
        raise TokenRefused("Error: Your system clock must be accurate to within 30 seconds")
