"""The pages of the catalogue: for residents, and the desk of the city operator."""

from accessibility.render import provide
from backend.catalogue import shelves
from backend.catalogue.pages import desk, resident

provide("service_name", lambda item: shelves.english().get(item, ""))
routes = [*resident.routes, *desk.routes]
