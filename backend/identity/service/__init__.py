"""The verbs of identity."""

from backend.identity.cookies import machine_header, session_header, session_name, token_of
from backend.identity.service.again import (
    also_ask,
    begin_passkey_again,
    proof_ways,
    prove_by_code,
    prove_by_passkey,
    prove_by_password,
    send_proof_code,
)
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
from backend.identity.service.assurance import (
    assurance,
    confirm_real_name,
    verify_at_counter,
)
from backend.identity.service.card_sign_in import sign_in_with_card
from backend.identity.service.cards import issue_card, my_card, unlock_card, void_card
from backend.identity.service.codes import extend_code, pending_code, request_code, resend_code, sign_in
from backend.identity.service.device_tokens import resolve_device
from backend.identity.service.devices import devices, enrol_device, renew_device_code, revoke_device, set_up_device
from backend.identity.service.known_devices import recognise, tell_of_new_device
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
from backend.identity.service.passkeys import (
    begin_passkey,
    begin_passkey_sign_in,
    my_passkeys,
    passkey_sign_in,
    passkey_to_remove,
    prepare_passkey,
    register_passkey,
    remove_passkey,
    rename_passkey,
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
    end_other_sessions,
    end_session,
    my_sessions,
    open_session,
    renew_proof,
    resolve_session,
    sign_out,
    use_mandates,
)
from backend.identity.service.staff import appoint, end_post, find_post, post_of, staff_names, staff_sign_in
from backend.identity.service.tokens import issue_tokens, rotate_tokens
from backend.identity.service.ways import keep_one_way

__all__ = [
    "PERSONAS",
    "also_ask",
    "appoint",
    "ask_approval",
    "assurance",
    "begin_assistance",
    "begin_passkey",
    "begin_passkey_again",
    "begin_passkey_sign_in",
    "change_person",
    "confirm_real_name",
    "count_waiting",
    "current_assistance",
    "decide_approval",
    "demo_people",
    "demo_personas",
    "devices",
    "end_assistance",
    "end_other_sessions",
    "end_post",
    "end_session",
    "enrol_device",
    "enter_minors_mode",
    "extend_code",
    "facts_of",
    "find_people",
    "find_post",
    "guardian_consented",
    "issue_card",
    "issue_tokens",
    "keep_one_way",
    "leave_minors_mode",
    "machine_header",
    "make_personas",
    "minors_mode",
    "my_approvals",
    "my_card",
    "my_passkeys",
    "my_sessions",
    "open_session",
    "passkey_sign_in",
    "passkey_to_remove",
    "pending_code",
    "people",
    "people_seen",
    "person",
    "post_of",
    "prepare_passkey",
    "proof_ways",
    "prove_by_code",
    "prove_by_passkey",
    "prove_by_password",
    "recognise",
    "record_guardian_consent",
    "register_passkey",
    "register_person",
    "remember",
    "remove_passkey",
    "rename_passkey",
    "renew_device_code",
    "renew_proof",
    "request_code",
    "require_leisure",
    "resend_code",
    "reset_minors_pin",
    "resolve_device",
    "resolve_session",
    "revoke_device",
    "rotate_tokens",
    "send_proof_code",
    "session_header",
    "session_name",
    "set_up_device",
    "sign_in",
    "sign_in_with_card",
    "sign_out",
    "staff_names",
    "staff_sign_in",
    "step_in",
    "tell",
    "tell_of_new_device",
    "token_of",
    "unlock_card",
    "use_guardian_consents",
    "use_guardians",
    "use_mandates",
    "verify_at_counter",
    "void_card",
    "waiting_approvals",
    "withdraw_guardian_consent",
]
