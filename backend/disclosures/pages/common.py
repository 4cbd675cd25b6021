"""What the pages of disclosures share: posts, doors and ways of verifying in words (message ids)."""

from typing import Any

from litestar import Request

from backend.core.words import N_
from backend.disclosures.schemas import DisclosureLine
from backend.identity.schemas.roles import ROLES

Asked = Request[Any, Any, Any]
HELPER = N_("Somebody who acts for you")  # whoever reads another person's data as a resident
CHANNELS = {
    "app": N_("in the app"),
    "web": N_("on the web page"),
    "miniprogram": N_("in a mini-program"),
    "counter": N_("at a counter"),
    "phone": N_("on the phone"),
    "kiosk": N_("at a kiosk"),
    "field": N_("at your door"),
}
VERIFIED = {
    "registered-number": N_("your registered number called"),
    "name-and-birth": N_("you said your name and birthday"),
    "home-address": N_("you said where you live"),
    "id-last-four": N_("you said the end of your identity number"),
    "id-card": N_("your identity card was seen"),
    "face-matches": N_("your face was compared with the card"),
    "household-book": N_("your household book was seen"),
    "known-code": N_("you said a code"),
}


class Vocabulary:
    """What the templates say codes with; all answers are message ids."""

    def role(self, role: str) -> str:
        """The post; of several the first that is known here."""
        if role == "resident":
            return HELPER
        return next((ROLES[each].title for each in role.split() if each in ROLES), N_("Staff"))

    def circumstances(self, line: DisclosureLine) -> list[str]:
        """Through which door (an office's own screen goes without saying), and how the person was verified before."""
        door = [] if (line.basis, line.channel) == ("official", "web") else [CHANNELS.get(line.channel, "")]
        return [each for each in (*door, *(VERIFIED.get(way, "") for way in line.verified)) if each]
