"""What ratings show of a person, and how they forget them."""

from uuid import UUID

from backend.core.holdings import erases, holds, steps
from backend.core.register import forgets
from backend.core.words import N_
from backend.ratings import service
from backend.ratings.schemas import VisitView

steps({"VisitRated": N_("Visit rated"), "RectificationMoved": N_("Something was done about a bad rating")})
erases("ratings_visit")(service.leave_visits)
erases("ratings_rating")(service.leave_rated)
erases("ratings_case")(service.leave_rated)
erases("ratings_step")(service.leave_rated)
for table in ("ratings_visit", "ratings_rating", "ratings_case", "ratings_link", "ratings_step"):
    forgets(table)(service.forget)


@holds(
    "ratings",
    N_("My visits and what I said of them"),
    tables="ratings_visit ratings_rating ratings_case ratings_step",
    labels={"happened_at": N_("When"), "hall_name": N_("Hall"), "number": N_("Number")},
)
async def ratings(person: UUID) -> list[VisitView]:
    """Every visit with its rating and what came of it."""
    return await service.ratings_of(person)
