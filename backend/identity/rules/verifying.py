"""How staff verify a caller or visitor before they act for them."""

from datetime import timedelta

ASSISTANCE_IDLE = timedelta(minutes=20)
FIELD_IDLE, FIELD_LONGEST = timedelta(minutes=10), timedelta(minutes=30)  # a phone in a kitchen is easily left behind
DOOR_TRIES = (30, 3600)  # people that one helper may try to open in an hour
VERIFIED_BY = {
    "phone": ("registered-number", "name-and-birth", "home-address", "id-last-four"),
    "counter": ("id-card", "face-matches", "household-book", "known-code"),
}
NEEDED = {"phone": 2, "counter": 1}


def quiet_after(channel: str) -> timedelta:
    """When an assistance in which nothing happens ends by itself."""
    return FIELD_IDLE if channel == "field" else ASSISTANCE_IDLE


def ways_to_verify(channel: str, *, phone: bool, birth: bool, home: bool, document: bool) -> list[str]:
    """The ways that make sense for a person: on the phone only what is on record can be compared."""
    on_record = {"registered-number": phone, "name-and-birth": birth, "home-address": home, "id-last-four": document}
    return [way for way in VERIFIED_BY.get(channel, ()) if on_record.get(way, True)]


def verified_enough(channel: str, ticked: list[str], possible: list[str]) -> bool:
    """On the phone two things must agree; at the counter the card is enough. Only ways possible here count."""
    return set(ticked) <= set(possible) and len(set(ticked)) >= NEEDED.get(channel, 99)
