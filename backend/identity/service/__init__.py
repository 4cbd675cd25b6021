"""The verbs of identity."""

from backend.identity.cookies import session_header, token_of
from backend.identity.service.assistance import (
    begin_assistance,
    current_assistance,
    end_assistance,
)
from backend.identity.service.codes import pending_code, request_code, resend_code, sign_in
from backend.identity.service.people import (
    change_person,
    people,
    person,
    remember,
    tell,
)
from backend.identity.service.personas import PERSONAS, demo_people, demo_personas, make_personas, step_in
from backend.identity.service.register import facts_of, find_people, register_person
from backend.identity.service.sessions import (
    end_session,
    forget_old,
    my_sessions,
    open_session,
    resolve_session,
    sign_out,
    use_mandates,
)
from backend.identity.service.staff import appoint, end_post, find_post, post_of, staff_names, staff_sign_in

__all__ = [
    "PERSONAS",
    "appoint",
    "begin_assistance",
    "change_person",
    "current_assistance",
    "demo_people",
    "demo_personas",
    "end_assistance",
    "end_post",
    "end_session",
    "facts_of",
    "find_people",
    "find_post",
    "forget_old",
    "make_personas",
    "my_sessions",
    "open_session",
    "pending_code",
    "people",
    "person",
    "post_of",
    "register_person",
    "remember",
    "request_code",
    "resend_code",
    "resolve_session",
    "session_header",
    "sign_in",
    "sign_out",
    "staff_names",
    "staff_sign_in",
    "step_in",
    "tell",
    "token_of",
    "use_mandates",
]
