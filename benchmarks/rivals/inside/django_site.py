"""Runs inside Django's environment: the booking that everybody writes first, and the one that locks the slot's row."""

import os
import sys

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

LOCKED = os.environ.get("LOCKED") == "yes"

settings.configure(
    SECRET_KEY="benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # tells the length of an answer
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["DATABASE"],
            "USER": "linli",
            "HOST": os.environ["DATABASE_HOST"],
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()


class Slot(models.Model):
    """A time with so many places."""

    places = models.IntegerField()

    class Meta:
        app_label = "halls"


class Booking(models.Model):
    """A place taken."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT)
    wish = models.IntegerField()

    class Meta:
        app_label = "halls"


def ready(request: HttpRequest) -> JsonResponse:
    """Whether it answers."""
    return JsonResponse({})


@transaction.atomic
def book(request: HttpRequest, slot: int, wish: int) -> JsonResponse:
    """Count, compare, insert."""
    found = (Slot.objects.select_for_update() if LOCKED else Slot.objects).get(pk=slot)
    if Booking.objects.filter(slot=found).count() >= found.places:
        return JsonResponse({"error": "full"}, status=409)
    made = Booking.objects.create(slot=found, wish=wish)
    return JsonResponse({"id": made.pk}, status=201)


def day(request: HttpRequest, day: int) -> JsonResponse:
    """The times of a hall and how much is taken of each."""
    found = dict(Slot.objects.filter(pk__gt=day * 20, pk__lte=day * 20 + 20).values_list("pk", "places"))
    taken = Booking.objects.filter(slot__in=found).values_list("slot").annotate(taken=models.Count("pk"))
    counts = {**dict.fromkeys(found, 0), **dict(taken)}
    return JsonResponse({"slots": [(pk, places - counts[pk]) for pk, places in found.items()]})


urlpatterns = [path("", ready), path("bookings/<int:slot>/<int:wish>", book), path("days/<int:day>", day)]
application = get_wsgi_application()

if __name__ == "__main__":
    slots, places, hot = map(int, sys.argv[1:])
    with connection.schema_editor() as editor:
        editor.create_model(Slot)
        editor.create_model(Booking)
    Slot.objects.bulk_create(Slot(places=hot if nth == 0 else places) for nth in range(slots))
