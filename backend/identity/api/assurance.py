"""How well a person is known."""

from litestar import get, post

from backend.core.http import actor_of, allow
from backend.identity import service
from backend.identity.api.common import Asked, forget
from backend.identity.schemas import AssuranceState, CounterCheck, RealNameRequest


@get("/me/assurance", opt=allow(service.assurance), tags=["me"])
async def read_assurance(request: Asked) -> AssuranceState:
    """The level I have reached, and what each level opens."""
    return await service.assurance(actor_of(request))


@post("/me/assurance/real-name", opt=allow(service.confirm_real_name), tags=["me"])
async def create_real_name_check(request: Asked, data: RealNameRequest) -> AssuranceState:
    """实名认证: five a day, for oneself only, with separate consent."""
    await service.confirm_real_name(actor_of(request), data)
    forget(request)
    return await service.assurance(actor_of(request))


@post("/me/assurance/counter", opt=allow(service.verify_at_counter), tags=["staff"])
async def create_counter_check(request: Asked, data: CounterCheck) -> AssuranceState:
    """窗口核验: for the person whose identity card the clerk has seen."""
    await service.verify_at_counter(actor_of(request), data)
    forget(request)
    return await service.assurance(actor_of(request))


routes = [read_assurance, create_real_name_check, create_counter_check]
