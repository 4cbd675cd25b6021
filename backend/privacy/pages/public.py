"""个人信息登记: what is kept of people, why, on what basis and for how long, for everybody to read."""

from typing import Any

from litestar import Request, Response, get

from accessibility.render import page
from backend.core import register
from backend.core.http import PUBLIC, allow
from backend.core.words import N_

Asked = Request[Any, Any, Any]


@get("/privacy/register", opt=allow(PUBLIC), include_in_schema=False)
async def field_register(request: Asked) -> Response[bytes]:
    """The field register in words; first what is about people, then the rest."""
    lines = register.held()
    return page(
        request,
        "privacy/register",
        public=("portal",),
        title=N_("Register of what we keep"),
        people=[line for line in lines if line.about_people],
        others=[line for line in lines if not line.about_people],
        kinds=register.KIND_WORDS,
        bases=register.BASIS_WORDS,
    )


routes = [field_register]
