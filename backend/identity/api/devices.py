"""Kiosks and screens: set up, enrolled, revoked."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.params import Parameter

from backend.core.http import actor_of, allow, client_address
from backend.identity import service
from backend.identity.api.common import Asked
from backend.identity.schemas import DeviceCode, DeviceEnrolled, DeviceEnrolment, DeviceLine, DeviceRequest

County = Annotated[str, Parameter(pattern="^[0-9]{6}$")]


@get("/devices", opt=allow(service.devices), tags=["devices"])
async def list_devices(request: Asked) -> list[DeviceLine]:
    """The kiosks and screens of my divisions."""
    return await service.devices(actor_of(request))


@post("/devices", opt=allow(service.set_up_device), tags=["devices"])
async def create_device(request: Asked, data: DeviceRequest) -> DeviceCode:
    """Set up a kiosk or screen; the code is typed there within ten minutes."""
    return await service.set_up_device(actor_of(request), data)


@post("/devices/enrolments", opt=allow(service.enrol_device), tags=["devices"])
async def create_enrolment(request: Asked, data: DeviceEnrolment) -> DeviceEnrolled:
    """Called by the device: exchange the code for its token."""
    return await service.enrol_device(actor_of(request), data, address=client_address(request))


@post("/devices/{region:str}/{device_id:uuid}/codes", opt=allow(service.renew_device_code), tags=["devices"])
async def create_device_code(request: Asked, region: County, device_id: UUID) -> DeviceCode:
    """Another code; the token that the device had ends."""
    return await service.renew_device_code(actor_of(request), region, device_id)


@delete("/devices/{region:str}/{device_id:uuid}", opt=allow(service.revoke_device), tags=["devices"])
async def delete_device(request: Asked, region: County, device_id: UUID) -> None:
    """Revoke the device; it is nobody from its next request on."""
    await service.revoke_device(actor_of(request), region, device_id)


routes = [list_devices, create_device, create_enrolment, create_device_code, delete_device]
