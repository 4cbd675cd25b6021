"""What is said of an appointment for which nobody comes to a hall: we come to the home, or ring, or meet by video.

Each is a message of its own, so that a city can word it; answers 1 and 2 count as for every other reminder.
"""

from backend.core.words import N_
from backend.notifications.schemas import Template

SEE = ("/appointments/{about}", N_("See the appointment"))
ANSWER = ("/appointments/{about}/coming", N_("Say whether it stays"))


BOOKED_PHONE = Template(
    id="appointment-booked-phone", title=N_("Your place is booked"), next=SEE, scope="appointments",
    text=N_("You have a place by telephone: {date}, {time}. {hall} rings you, you need not come. "
            "To change it or cancel, call {phone}."),
)  # fmt: skip
BOOKED_VIDEO = Template(
    id="appointment-booked-video", title=N_("Your place is booked"), next=SEE, scope="appointments",
    text=N_("You have a place by video: {date}, {time}, with {hall}. You need not come. "
            "To change it or cancel, call {phone}."),
)  # fmt: skip
MOVED_PHONE = Template(
    id="appointment-moved-phone", title=N_("Your time has changed"), next=SEE, scope="appointments",
    text=N_("Your new time by telephone: {date}, {time}. {hall} rings you, you need not come. "
            "To change it or cancel, call {phone}."),
)  # fmt: skip
MOVED_VIDEO = Template(
    id="appointment-moved-video", title=N_("Your time has changed"), next=SEE, scope="appointments",
    text=N_("Your new time by video: {date}, {time}, with {hall}. You need not come. "
            "To change it or cancel, call {phone}."),
)  # fmt: skip
CANCELLED_HOME = Template(
    id="appointment-cancelled-home", title=N_("Your appointment was cancelled"), next=SEE, scope="appointments",
    text=N_("Our visit at your home is cancelled: {date}, {time}, number {number}. "
            "If that was not your wish, call {phone}."),
)  # fmt: skip
CANCELLED_PHONE = Template(
    id="appointment-cancelled-phone", title=N_("Your appointment was cancelled"), next=SEE, scope="appointments",
    text=N_("The call of {hall} is cancelled: {date}, {time}, number {number}. "
            "If that was not your wish, call {phone}."),
)  # fmt: skip
CANCELLED_VIDEO = Template(
    id="appointment-cancelled-video", title=N_("Your appointment was cancelled"), next=SEE, scope="appointments",
    text=N_("The meeting by video with {hall} is cancelled: {date}, {time}, number {number}. "
            "If that was not your wish, call {phone}."),
)  # fmt: skip
DAYS_HOME = Template(
    id="appointment-in-two-days-home", title=N_("May we come to you?"), next=ANSWER, scope="appointments",
    text=N_("We come to your home: {date}, from {time}. Answer 1 if that stays, 2 if not. Questions? {phone}."),
)  # fmt: skip
HOURS_HOME = Template(
    id="appointment-in-two-hours-home", title=N_("We come to you today"), next=ANSWER, scope="appointments",
    text=N_("Today from {time} we come to your home. Answer 1 if that stays, 2 if not. Questions? {phone}."),
)  # fmt: skip
DAYS_PHONE = Template(
    id="appointment-in-two-days-phone", title=N_("May we ring you?"), next=ANSWER, scope="appointments",
    text=N_("{hall} rings you: {date}, {time}. Answer 1 if that stays, 2 if not. Questions? {phone}."),
)  # fmt: skip
HOURS_PHONE = Template(
    id="appointment-in-two-hours-phone", title=N_("We ring you today"), next=ANSWER, scope="appointments",
    text=N_("Today at {time} {hall} rings you. Answer 1 if that stays, 2 if not. Questions? {phone}."),
)  # fmt: skip
DAYS_VIDEO = Template(
    id="appointment-in-two-days-video", title=N_("Do we meet by video?"), next=ANSWER, scope="appointments",
    text=N_("By video with {hall}: {date}, {time}. Answer 1 if that stays, 2 if not. Questions? {phone}."),
)  # fmt: skip
HOURS_VIDEO = Template(
    id="appointment-in-two-hours-video", title=N_("We meet by video today"), next=ANSWER, scope="appointments",
    text=N_("Today at {time} by video with {hall}. Answer 1 if that stays, 2 if not. Questions? {phone}."),
)  # fmt: skip
ALL = (
    BOOKED_PHONE, BOOKED_VIDEO, MOVED_PHONE, MOVED_VIDEO, CANCELLED_HOME, CANCELLED_PHONE, CANCELLED_VIDEO,
    DAYS_HOME, HOURS_HOME, DAYS_PHONE, HOURS_PHONE, DAYS_VIDEO, HOURS_VIDEO,
)  # fmt: skip
_BY_ID = {each.id: each for each in ALL}


def fitting(template: Template, kind: str | None) -> Template:
    """The message that says where one meets; the one for a counter where there is no other."""
    return _BY_ID.get(f"{template.id}-{kind}", template)


def ids_of(template: Template) -> list[str]:
    """The message and those that stand for it elsewhere."""
    return [template.id, *(each for each in _BY_ID if each.rpartition("-")[0] == template.id)]
