"""What the home page leads to, what search shows, and where to go after a change of preferences."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from backend.core.words import N_
from backend.portal.schemas import Group, Shortcut

CHOICES = {"mode", "lang"}
WORTH = 0.3  # share of the best score below which a row only distracts
# What fits worse than this is more likely a coincidence of two characters.
LEAST: dict[Group, float] = {"service": 0.0, "hall": 0.45, "division": 0.45, "page": 0.3}


def _tile(words: str, href: str, icon: str, hue: str) -> Shortcut:
    return Shortcut(words=words, href=href, icon=icon, hue=hue)


SHORTCUTS = [
    _tile(N_("Book a time"), "/appointments/new", "calendar-plus", "lamp"),
    _tile(N_("Health care"), "/services/themes/medical", "stethoscope", "river"),
    _tile(N_("Older people"), "/services/themes/elder", "old", "pine"),
    _tile(N_("ID papers"), "/services/themes/hukou", "id", "plum"),
    _tile(N_("Family"), "/services/themes/family", "baby-carriage", "plum"),
    _tile(N_("Housing"), "/services/themes/housing", "home-heart", "pine"),
    _tile(N_("Bills"), "/services/themes/utilities", "receipt", "river"),
    _tile(N_("All services"), "/services", "file-text", "lamp"),
]
ELDER_SHORTCUTS = [
    _tile(N_("Book a time at the hall"), "/appointments/new", "calendar-plus", "lamp"),
    _tile(N_("Doctors and insurance"), "/services/themes/medical", "stethoscope", "river"),
    _tile(N_("Old age and allowances"), "/services/themes/elder", "old", "pine"),
    _tile(N_("Pension"), "/services/themes/social-security", "coin", "lamp"),
    _tile(N_("Household register and ID card"), "/services/themes/hukou", "id", "plum"),
    _tile(N_("Halls near me"), "/halls", "building-bank", "river"),
]
ASKS = [
    (N_("Senior card"), "老年证"),
    (N_("Insurance claim"), "医保报销"),
    (N_("Residence permit"), "居住证"),
    (N_("Driving licence"), "换驾驶证"),
]


def without_choices(target: str) -> str:
    """The page without ``mode`` and ``lang`` in its address: they would undo what was just chosen."""
    parts = urlsplit(target)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in CHOICES]
    return parts.path + (f"?{urlencode(kept)}" if kept else "")


def news(matched: list[str], query: str) -> list[str]:
    """Official words that the question was read as; those that were typed anyway say nothing new."""
    typed = query.replace(" ", "").lower()
    return [word for word in dict.fromkeys(matched) if len(word) > 1 and word not in typed][:3]
