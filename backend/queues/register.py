"""The field register of a hall's day."""

from datetime import timedelta

from backend.core.register import Held
from backend.core.words import N_

HELD = [
    Held(
        table="queues_line", purpose=N_("Numbers of a hall's day, and whose turn it is"), keep=timedelta(days=400),
        since="day", internal="region hall_id day streak booked green street",
    ),
    Held(
        table="queues_counter", purpose=N_("The counters of a hall, and who sits there"),
        forever=N_("It describes the hall"),
        public="label items state hall_id team", internal="region id staff changed",
    ),
    Held(
        table="queues_ticket", purpose=N_("Calling you in the hall, and fair waiting times"), basis="service",
        person="person_id", keep=timedelta(days=400), since="taken_at",
        public="number", internal="region id hall_id day kind channel state since due passed counter_id staff calls "
        "taken_at called_at started_at ended_at waited told for_counter for_team missed_at "
        "scopes forgotten",
        personal="item_id person_id appointment_id errands", sensitive="note", secret="token_hash request",
    ),
    Held(
        table="queues_stop", purpose=N_("When and why a hall gave no more numbers"), keep=timedelta(days=400),
        since="stopped_at", public="hall_id day reason stopped_at resumed_at",
        internal="region id stopped_by resumed_by",
    ),
    Held(
        table="queues_contingent", purpose=N_("How many numbers a hall gives in a day"),
        forever=N_("It describes the hall"), public="hall_id scope numbers", internal="region changed",
    ),
    Held(
        table="queues_help", purpose=N_("Who asked for a colleague in a hall, and who came"),
        keep=timedelta(days=400), since="asked",
        internal="region id hall_id source place urgent asked_by asked going going_at solved_by solved",
    ),
    Held(
        table="queues_question", purpose=N_("Counting questions that were answered without a number"),
        keep=timedelta(days=400), since="at", internal="region id hall_id counter_id day item_id staff at",
    ),
]  # fmt: skip
