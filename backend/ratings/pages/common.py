"""Words and forms that several pages of ratings need."""

from typing import Any

import msgspec
from litestar import Request

from accessibility import fields
from backend.core.words import N_
from backend.ratings.schemas import MachineRating, RatingRequest

Asked = Request[Any, Any, Any]
LEVELS = (
    ("5", N_("Very satisfied")), ("4", N_("Satisfied")), ("3", N_("Rather satisfied")), ("2", N_("Not satisfied")),
    ("1", N_("Not satisfied at all")),
)  # fmt: skip
REASONS = (
    ("waited", N_("I waited too long")), ("unfriendly", N_("I was not treated kindly")),
    ("not-told", N_("I was not told everything at once")), ("papers", N_("Papers were asked for that are not needed")),
    ("trips", N_("I had to come more than once")), ("place", N_("The place is hard to use")),
    ("other", N_("Something else")),
)  # fmt: skip
STATES = {
    "received": N_("received"), "contacted": N_("in contact"), "rectified": N_("done, waits for your answer"),
    "confirmed": N_("settled"), "reopened": N_("taken up again"), "withdrawn": N_("taken back"),
}  # fmt: skip
STEPS = {
    "contact": N_("First contact"), "completion": N_("What was put right"),
    "confirmation": N_("The person says it is settled"),
    "reopening": N_("The person says it is not settled"), "withdrawal": N_("The person took the rating back"),
}  # fmt: skip
LABELS = {
    "level": N_("How was it?"), "reasons": N_("What went wrong?"), "note": N_("Do you want to say more?"),
    "call_back": N_("Please call me back"), "phone": N_("Number to call, if it is not the one we know"),
    "number": N_("Number on your slip"), "text": N_("In your words"),
}  # fmt: skip
HINTS = {
    "reasons": N_("Only if you are not satisfied. Choose all that fit."),
    "note": N_("It is kept sealed. The clerk who served you never learns who wrote it."),
}
WORDS = {"levels": dict(LEVELS), "reasons": dict(REASONS), "states": STATES, "steps": STEPS}


def rating_form(
    values: object, errors: dict[str, str] | None = None, struct: type[RatingRequest] = RatingRequest
) -> dict[str, fields.Field]:
    """The questions of a rating, for the link, for my visits, and for a machine."""
    form = fields.form(
        struct, values, errors, labels=LABELS, hints=HINTS, options={"level": LEVELS, "reasons": REASONS},  # type: ignore[arg-type]
        kinds={"level": "radios"},
    )  # fmt: skip
    changed = {"phone": msgspec.structs.replace(form["phone"], kind="tel", autocomplete="tel", required=False)}
    if struct is MachineRating:
        changed["number"] = msgspec.structs.replace(form["number"], autocomplete="off")
    return form | changed
