"""The verbs of identity."""

from backend.identity.cookies import session_header, token_of
from backend.identity.service.approvals import (
    ask_approval,
    count_waiting,
    decide_approval,
    my_approvals,
    use_guardians,
    waiting_approvals,
)
from backend.identity.service.assistance import (
    begin_assistance,
    current_assistance,
    end_assistance,
)
from backend.identity.service.codes import pending_code, request_code, resend_code, sign_in
from backend.identity.service.minding import (
    enter_minors_mode,
    leave_minors_mode,
    minors_mode,
    require_leisure,
    reset_minors_pin,
)
from backend.identity.service.minors import (
    guardian_consented,
    record_guardian_consent,
    use_guardian_consents,
    withdraw_guardian_consent,
)
from backend.identity.service.people import (
    change_person,
    people,
    people_seen,
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
    "ask_approval",
    "begin_assistance",
    "change_person",
    "count_waiting",
    "current_assistance",
    "decide_approval",
    "demo_people",
    "demo_personas",
    "end_assistance",
    "end_post",
    "end_session",
    "enter_minors_mode",
    "facts_of",
    "find_people",
    "find_post",
    "forget_old",
    "guardian_consented",
    "leave_minors_mode",
    "make_personas",
    "minors_mode",
    "my_approvals",
    "my_sessions",
    "open_session",
    "pending_code",
    "people",
    "people_seen",
    "person",
    "post_of",
    "record_guardian_consent",
    "register_person",
    "remember",
    "request_code",
    "require_leisure",
    "resend_code",
    "reset_minors_pin",
    "resolve_session",
    "session_header",
    "sign_in",
    "sign_out",
    "staff_names",
    "staff_sign_in",
    "step_in",
    "tell",
    "token_of",
    "use_guardian_consents",
    "use_guardians",
    "use_mandates",
    "waiting_approvals",
    "withdraw_guardian_consent",
]
