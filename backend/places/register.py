"""Places keep nothing of people."""

from backend.core.register import Held
from backend.core.words import N_

PUBLIC = N_("Public information about places")

HELD = [
    Held(
        table="places_division",
        purpose=N_("Administrative divisions"),
        forever=PUBLIC,
        public="code parent level kind name full_name english spelled initials urban_rural lat lng coord_source",
        internal="edited_at",
    ),
    Held(
        table="places_hall",
        purpose=N_("Government service halls"),
        forever=PUBLIC,
        public="""region id code name english level division located_in address phone opens closes lat lng status source
            bookable""",
        internal="edited_at",
    ),
    Held(
        table="places_day",
        purpose=N_("The working calendar"),
        forever=PUBLIC,
        public="day kind holiday status",
        internal="edited_at",
    ),
]
