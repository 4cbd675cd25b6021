"""The catalogue keeps nothing of residents; of staff, who changed what."""

from backend.core.register import Held
from backend.core.words import N_

PUBLIC = N_("Public information about services, and what it said before")

HELD = [
    Held(
        table="catalogue_item",
        purpose=N_("Government service items"),
        forever=PUBLIC,
        public="""id code catalog_code name main_item type dept dept_class level kind objects themes source_themes
            topics legal_days legal_unit legal_raw promised_days promised_unit promised_raw visits online
            courier booking materials condition fee note law law_version article quote source source_region
            as_of completeness""",
        internal="essential sort revision fingerprint changed_at",
    ),
    Held(
        table="catalogue_item_version",
        purpose=N_("What a service item said before"),
        forever=PUBLIC,
        public="id item revision values replaced_at",
    ),
    Held(
        table="catalogue_adoption",
        purpose=N_("What a county says about a service item"),
        forever=PUBLIC,
        public="region id item state live_version effective_from",
        internal="essential version local updated_at",
    ),
    Held(
        table="catalogue_adoption_version",
        purpose=N_("Every change of what a county says, and who made it"),
        forever=PUBLIC,
        public="region id adoption version step local effective_from at",
        internal="essential reason",
        personal="by",
    ),
]
