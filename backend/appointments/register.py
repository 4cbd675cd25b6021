"""What appointments keep of people."""

from backend.core.register import DAY, YEAR, Held
from backend.core.words import N_

OPENING = N_("Opening times of halls, public")

HELD = [
    Held(
        table="appointments_appointment",
        purpose=N_("Your appointments at halls: which service, when, and who booked"),
        person="person_id",
        keep=3 * YEAR,
        since="ends_at",
        internal="""region id slot_id hall_id pool number state starts_at ends_at basis channel created_at ended_at
            moved_from request request_hash calendar_id sequence units""",
        personal="person_id item_id further_items acting",
        secret="code",
        plain={"code": "six signs shown at the hall for one appointment; opens nothing by itself"},
    ),
    Held(
        table="appointments_feed",
        purpose=N_("The address under which your own calendar reads your appointments"),
        basis="service",
        person="person_id",
        keep=YEAR,
        since="seen_at",
        internal="region lang made_at seen_at",
        personal="person_id",
        secret="token_hash",
    ),
    Held(
        table="appointments_wait",
        purpose=N_("Your place in a line for an appointment: which hall, which days, and what became of it"),
        person="person_id",
        keep=YEAR,
        since="last_day",
        internal="""region id hall_id pool first_day last_day slow state passed unanswered served_by basis channel
            joined_at ended_at instead_of""",
        personal="person_id item_id further_items acting",
    ),
    Held(
        table="appointments_hold",
        purpose=N_("A time kept for you for a while, until you book it"),
        person="person_id",
        keep=DAY,
        since="expires_at",
        internal="""region id slot_id hall_id pool kind moving wait_id starts_at ends_at made_at expires_at extended
            extensions basis channel units""",
        personal="person_id item_id further_items acting",
    ),
    Held(
        table="appointments_return",
        purpose=N_("Places that were given up and become free within minutes"),
        keep=DAY,
        since="due_at",
        internal="region id slot_id pool appointment_id due_at",
    ),
    Held(
        table="appointments_further",
        purpose=N_("Places that a visit for several services takes after its first"),
        forever=N_("Goes with the time at the hall that it belongs to"),
        internal="region owner slot_id pool",
    ),
    Held(
        table="appointments_slot",
        purpose=N_("Times at halls that can be booked"),
        keep=3 * YEAR,
        since="ends_at",
        public="region id hall_id day ordinal starts_at ends_at state group_id",
    ),
    Held(
        table="appointments_share",
        purpose=N_("How many places of a time belong to each way of booking; goes with its time"),
        forever=N_("Goes with the time at the hall that it belongs to"),
        public="region slot_id pool capacity taken issued granted",
    ),
    Held(
        table="appointments_opening_rule",
        purpose=N_("When halls open for appointments"),
        forever=OPENING,
        public="""region id hall_id weekdays opens closes minutes capacity valid_from valid_to source group_id repeat
            every anchor nth season_from season_to per_counter""",
    ),
    Held(
        table="appointments_closure",
        purpose=N_("Days on which a hall does not open"),
        forever=OPENING,
        public="region id hall_id day reason half group_id everything state",
        internal="acting",
    ),
    Held(
        table="appointments_limit",
        purpose=N_("How near and how far ahead a hall can be booked"),
        forever=OPENING,
        public="region hall_id lead_minutes horizon_days rest",
    ),
    Held(
        table="appointments_group",
        purpose=N_("Which counters of a hall are for which services"),
        forever=OPENING,
        public="region id hall_id name kind items themes",
    ),
    Held(
        table="appointments_joint",
        purpose=N_("Which halls run a group of counters together"),
        forever=OPENING,
        public="region group_id hall_id",
    ),
    Held(
        table="appointments_need",
        purpose=N_("How many minutes a service needs at a hall"),
        forever=OPENING,
        public="region hall_id item_id minutes",
    ),
    Held(
        table="appointments_visit",
        purpose=N_("Where we come for an appointment at home"),
        person="person_id",
        keep=YEAR,
        since="created_at",
        internal="region id created_at",
        personal="person_id",
        sensitive="address",
    ),
    Held(
        table="appointments_counter",
        purpose=N_("Which counters a hall has, and what they can serve"),
        forever=OPENING,
        internal="region id hall_id label groups",
    ),
    Held(
        table="appointments_roster",
        purpose=N_("Which counter serves what on which half day"),
        keep=YEAR,
        since="day",
        internal="region hall_id day half counter_id group_key",
    ),
    Held(
        table="appointments_rebooking",
        purpose=N_("What became of your appointment when the hall had to close"),
        person="person_id",
        keep=3 * YEAR,
        since="created_at",
        internal="region closure_id appointment_id outcome moved_to tries created_at done_at",
        personal="person_id acting",
    ),
    Held(
        table="appointments_share_plan",
        purpose=N_("How the places of a hall are divided between the ways of booking"),
        forever=OPENING,
        public="region id hall_id valid_from online phone counter kiosk helper made_at",
    ),
    Held(
        table="appointments_hall_policy",
        purpose=N_("When a hall releases unused places, and whether its residents book first"),
        forever=OPENING,
        public="region hall_id release_hours keep others_days residents_of",
    ),
    Held(
        table="appointments_release",
        purpose=N_("Unused places that went from one way of booking to another"),
        forever=N_("Evidence of how places were shared; about nobody"),
        public="region id hall_id slot_id from_pool to_pool places starts_at at",
    ),
    Held(
        table="appointments_excuse",
        purpose=N_("Missed appointments that were excused, so that they do not count"),
        person="person_id",
        keep=YEAR,
        since="at",
        internal="region appointment_id at",
        personal="person_id reason acting",
    ),
]
