"""What webpush keeps of people."""

from backend.core.register import Held
from backend.core.words import N_

HELD = [
    Held(
        table="webpush_subscription",
        purpose=N_("Your browsers that show our messages, so that they reach you without a text message"),
        basis="service",
        person="person",
        internal="region id endpoint_index key_id service lang created expires received shown refused",
        personal="person device",
        secret="endpoint browser_key auth",
    ),
]
