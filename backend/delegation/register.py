"""What this slice keeps of people, why, and how long."""

from datetime import timedelta

from backend.core.register import Held
from backend.core.words import N_

KEPT = timedelta(days=3 * 365)  # 诉讼时效: three years in which somebody may ask by what right it was done

# The steps go before the mandate whose end they say: a mandate is deleted with nothing left that names it.
HELD = [
    Held(
        table="delegation_step", purpose=N_("By whom, how and when a mandate was given, agreed to and ended"),
        basis="service", person="person", keep=KEPT, since="at",
        internal="region id mandate kind at basis channel assistance", personal="acting person", sensitive="why",
    ),
    Held(
        table="delegation_mandate", purpose=N_("Who may act for whom, how far, and until when"), basis="service",
        person="principal", keep=KEPT, since="ended_at",
        internal="""region id scopes items basis request state ended_why invited_at invited_until accepted_at
            sensitive_from starts ends ended_at""",
        personal="principal delegate relation called phone phone_index", sensitive="evidence", secret="code code_index",
    ),
    Held(
        table="delegation_takeback", purpose=N_("What a principal looks after alone again"), basis="service",
        person="principal", keep=KEPT, since="at",
        internal="region id subject at channel", personal="principal delegate acting",
    ),
]  # fmt: skip
