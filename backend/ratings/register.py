"""The field register of ratings."""

from backend.core.register import YEAR, Held
from backend.core.words import N_

KEEP = 3 * YEAR

HELD = [
    Held(
        table="ratings_visit", purpose=N_("Asking you once how a visit to a hall was"), basis="service",
        person="person_id", keep=KEEP, since="happened_at", internal="region id hall_id staff number happened_at "
        "invite_at invited_at", personal="ticket_id appointment_id home_visit_id person_id",
    ),
    Held(
        table="ratings_link", purpose=N_("Rating a visit without signing in"), keep=KEEP, since="expires",
        internal="region id visit_id expires", secret="token_hash",
    ),
    Held(
        table="ratings_rating", purpose=N_("What you said of a visit, so that it gets better"), basis="service",
        person="person_id", keep=KEEP, since="given_at",
        internal="region id hall_id level reasons call_back channel given_at changed_at", personal="person_id",
        sensitive="note phone",
    ),
    Held(
        table="ratings_case", purpose=N_("What was done about a bad rating, and when"), basis="service",
        person="person_id", keep=KEEP, since="received_at",
        internal="region id hall_id state received_at contact_due done_due contacted_at done_at ended_at late",
        personal="person_id",
    ),
    Held(
        table="ratings_step", purpose=N_("What was done about a bad rating, and when"), basis="service",
        person="person_id", keep=KEEP, since="at", internal="region id case_id step at", personal="acting person_id",
        sensitive="text",
    ),
    Held(
        table="ratings_month", purpose=N_("How halls were rated, counted by month"),
        forever=N_("Says nothing about a person"), public="region month hall_id body made_at",
    ),
]  # fmt: skip
