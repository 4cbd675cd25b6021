"""What is said of an appointment for which nobody goes to a hall, when somebody else made, moved or cancelled it."""

from backend.core.words import N_
from backend.delegation.service import Wording

ELSEWHERE = ("home", "phone", "video")
BOOKED_ELSEWHERE = {
    "home": Wording(
        title=N_("arranged a visit at home"),
        told=N_("{who} arranged for you that we come to your home: {month}/{day}, from {time}, number {number}. "
                "If that was not your wish, call {phone}."),
        did=N_("arranged a visit at home: {month}/{day}, from {time}, number {number}"),
    ),
    "phone": Wording(
        title=N_("arranged a call"),
        told=N_("{who} arranged for you that {hall} rings you: {month}/{day} at {time}, number {number}. "
                "If that was not your wish, call {phone}."),
        did=N_("arranged a call: {month}/{day} at {time}, {hall}, number {number}"),
    ),
    "video": Wording(
        title=N_("arranged a meeting by video"),
        told=N_("{who} arranged a meeting by video for you: {month}/{day} at {time} with {hall}, number {number}. "
                "If that was not your wish, call {phone}."),
        did=N_("arranged a meeting by video: {month}/{day} at {time}, {hall}, number {number}"),
    ),
}  # fmt: skip
MOVED_ELSEWHERE = {
    "home": Wording(
        title=N_("moved a visit at home"),
        told=N_("{who} moved our visit at your home to {month}/{day}, from {time}, number {number}. "
                "If that was not your wish, call {phone}."),
        did=N_("moved the visit at home to {month}/{day}, from {time}, number {number}"),
    ),
    "phone": Wording(
        title=N_("moved a call"),
        told=N_("{who} moved the call of {hall} to {month}/{day} at {time}, number {number}. "
                "If that was not your wish, call {phone}."),
        did=N_("moved the call to {month}/{day} at {time}, {hall}, number {number}"),
    ),
    "video": Wording(
        title=N_("moved a meeting by video"),
        told=N_("{who} moved your meeting by video with {hall} to {month}/{day} at {time}, number {number}. "
                "If that was not your wish, call {phone}."),
        did=N_("moved the meeting by video to {month}/{day} at {time}, {hall}, number {number}"),
    ),
}  # fmt: skip
CANCELLED_ELSEWHERE = {
    "home": Wording(
        title=N_("cancelled a visit at home"),
        told=N_("{who} cancelled our visit at your home on {month}/{day}, from {time}. "
                "If that was not your wish, call {phone}."),
        did=N_("cancelled the visit at home on {month}/{day}, from {time}"),
    ),
    "phone": Wording(
        title=N_("cancelled a call"),
        told=N_("{who} cancelled the call of {hall} on {month}/{day} at {time}. "
                "If that was not your wish, call {phone}."),
        did=N_("cancelled the call on {month}/{day} at {time}, {hall}"),
    ),
    "video": Wording(
        title=N_("cancelled a meeting by video"),
        told=N_("{who} cancelled your meeting by video with {hall} on {month}/{day} at {time}. "
                "If that was not your wish, call {phone}."),
        did=N_("cancelled the meeting by video on {month}/{day} at {time}, {hall}"),
    ),
}  # fmt: skip
