"""Runs inside pretix: an event series whose dates are the slots, each with a quota; a token for its REST API.

``pretix_world.py SLOTS PLACES HOT`` prints what the benchmark needs to address them, as JSON.
"""

import json
import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")

import django

django.setup()

from django.utils.timezone import now  # noqa: E402 - Django must be set up first
from django_scopes import scopes_disabled  # noqa: E402 - Django must be set up first
from pretix.base.models import Event, Organizer, Quota, SubEvent, Team, TeamAPIToken  # noqa: E402 - Django must be set up first


def world(slots: int, places: int, hot: int) -> dict[str, object]:
    """A day begins every 24 slots; the first slot has ``hot`` places."""
    organizer = Organizer.objects.create(name="City", slug="city")
    event = Event.objects.create(
        organizer=organizer, name="Hall", slug="hall", currency="EUR", date_from=now(), has_subevents=True, live=True,
        plugins="",
    )  # fmt: skip
    team = Team.objects.create(
        organizer=organizer, name="Counter", all_events=True, all_event_permissions=True, all_organizer_permissions=True
    )
    token = TeamAPIToken.objects.create(team=team, name="benchmark")
    item = event.items.create(name="Appointment", default_price=0, admission=True)
    dates = []
    for number in range(slots):
        starts = now() + timedelta(days=2 + number // 24, minutes=15 * (number % 24))
        date = SubEvent.objects.create(event=event, name=f"{number}", date_from=starts, active=True)
        quota = Quota.objects.create(event=event, subevent=date, name=f"{number}", size=hot if number == 0 else places)
        quota.items.add(item)
        dates.append(date.pk)
    return {"token": token.token, "item": item.pk, "dates": dates}


with scopes_disabled():
    print(json.dumps(world(*map(int, sys.argv[1:]))))
