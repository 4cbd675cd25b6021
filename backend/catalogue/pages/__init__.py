"""The pages of the catalogue: for residents, and the desk of the city operator."""

from backend.catalogue.pages import desk, resident

routes = [*resident.routes, *desk.routes]
