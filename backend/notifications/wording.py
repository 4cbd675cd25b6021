"""Words for channels and for how an attempt ended, read by the person and by whoever calls."""

from backend.core.words import N_

CHANNELS = {
    "push": N_("Push to the browser"),
    "miniprogram": N_("Mini-program message"),
    "sms": N_("Text message"),
    "voice": N_("Call by a machine"),
    "email": N_("E-mail"),
    "letter": N_("Letter"),
    "call": N_("Call"),
    "visit": N_("Somebody comes to the door"),
}
ENDED = {
    "queued": N_("waits"),
    "sent": N_("sent"),
    "delivered": N_("arrived"),
    "read": N_("read in the portal"),
    "failed": N_("did not arrive"),
    "reached": N_("told by a person"),
    "dropped": N_("no longer needed"),
}
REASONS = {
    "late": N_("no confirmation came in time"),
    "refused": N_("the number or address does not take it"),
    "number-unknown": N_("the number does not exist"),
    "address-unknown": N_("the address does not exist"),
    "switched-off": N_("the phone is switched off"),
    "not-set-up": N_("this way is not set up here"),
    "over": N_("it no longer matters"),
    "arrived": N_("it arrived another way"),
    "no-answer": N_("nobody was there"),
    "wrong-number": N_("the number was wrong"),
    "moved": N_("we heard that you moved"),
    "later": N_("you asked to be called later"),
}
