"""The verbs of identity."""

from backend.identity.cookies import machine_header, personal_names, session_header, session_name, token_of
from backend.identity.rules import NEEDED, day
from backend.identity.service.again import (
    also_ask,
    begin_passkey_again,
    proof_ways,
    prove_by_code,
    prove_by_passkey,
    prove_by_password,
    send_proof_code,
)
from backend.identity.service.ages import age_groups
from backend.identity.service.approvals import (
    ask_approval,
    count_waiting,
    decide_approval,
    my_approvals,
    use_guardians,
    waiting_approvals,
)
from backend.identity.service.areas import count_area, newcomers_of_area, people_of_area, person_of_number
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
from backend.identity.service.contact import (
    birth_of,
    fingerprints_of,
    phone_fingerprint,
    turn_session,
    use_wards,
    wards,
)
from backend.identity.service.device_tokens import resolve_device
from backend.identity.service.devices import devices, enrol_device, renew_device_code, revoke_device, set_up_device
from backend.identity.service.duty import on_duty
from backend.identity.service.factors import (
    begin_enrolment,
    confirm_enrolment,
    needed,
    reset_factor,
    second_factor,
)
from backend.identity.service.field import begin_field_assistance
from backend.identity.service.inviting import (
    invitation_of,
    invitations,
    invite,
    join,
    withdraw_invitation,
)
from backend.identity.service.known_devices import recognise, tell_of_new_device
from backend.identity.service.leaves import end_leave, grant_leave
from backend.identity.service.leaving import (
    DocumentTaken,
    assistance_held,
    correct_person,
    corrected_value,
    empty_person,
    held_of,
    sessions_held,
)
from backend.identity.service.matching import ends_with
from backend.identity.service.membership import (
    appoint,
    end_membership,
    end_post,
    find_post,
    member,
    members,
    unlock,
    waiting_posts,
)
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
from backend.identity.service.organising import add_organisation, close_organisation, organisations
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
    numbers_seen,
    people,
    people_seen,
    person,
    remember,
)
from backend.identity.service.personas import (
    PERSONAS,
    demo_document,
    demo_people,
    demo_personas,
    make_personas,
    step_in,
)
from backend.identity.service.posts import (
    approve_post,
    close_past_posts,
    give_post,
    move_post,
    refuse_post,
    withdraw_post,
)
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
from backend.identity.service.staff import post_of, staff_names, staff_sign_in
from backend.identity.service.staff_door import staff_may_enter
from backend.identity.service.telling import tell, tell_all
from backend.identity.service.tokens import issue_tokens, rotate_tokens
from backend.identity.service.told import PEOPLE
from backend.identity.service.ways import keep_one_way

__all__ = [
    "NEEDED",
    "PEOPLE",
    "PERSONAS",
    "DocumentTaken",
    "add_organisation",
    "age_groups",
    "also_ask",
    "appoint",
    "approve_post",
    "ask_approval",
    "assistance_held",
    "assurance",
    "begin_assistance",
    "begin_enrolment",
    "begin_field_assistance",
    "begin_passkey",
    "begin_passkey_again",
    "begin_passkey_sign_in",
    "birth_of",
    "change_person",
    "close_organisation",
    "close_past_posts",
    "confirm_enrolment",
    "confirm_real_name",
    "correct_person",
    "corrected_value",
    "count_area",
    "count_waiting",
    "current_assistance",
    "day",
    "decide_approval",
    "demo_document",
    "demo_people",
    "demo_personas",
    "devices",
    "empty_person",
    "end_assistance",
    "end_leave",
    "end_membership",
    "end_other_sessions",
    "end_post",
    "end_session",
    "ends_with",
    "enrol_device",
    "enter_minors_mode",
    "extend_code",
    "facts_of",
    "find_people",
    "find_post",
    "fingerprints_of",
    "give_post",
    "grant_leave",
    "guardian_consented",
    "held_of",
    "invitation_of",
    "invitations",
    "invite",
    "issue_card",
    "issue_tokens",
    "join",
    "keep_one_way",
    "leave_minors_mode",
    "machine_header",
    "make_personas",
    "member",
    "members",
    "minors_mode",
    "move_post",
    "my_approvals",
    "my_card",
    "my_passkeys",
    "my_sessions",
    "needed",
    "newcomers_of_area",
    "numbers_seen",
    "on_duty",
    "open_session",
    "organisations",
    "passkey_sign_in",
    "passkey_to_remove",
    "pending_code",
    "people",
    "people_of_area",
    "people_seen",
    "person",
    "person_of_number",
    "personal_names",
    "phone_fingerprint",
    "post_of",
    "prepare_passkey",
    "proof_ways",
    "prove_by_code",
    "prove_by_passkey",
    "prove_by_password",
    "recognise",
    "record_guardian_consent",
    "refuse_post",
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
    "reset_factor",
    "reset_minors_pin",
    "resolve_device",
    "resolve_session",
    "revoke_device",
    "rotate_tokens",
    "second_factor",
    "send_proof_code",
    "session_header",
    "session_name",
    "sessions_held",
    "set_up_device",
    "sign_in",
    "sign_in_with_card",
    "sign_out",
    "staff_may_enter",
    "staff_names",
    "staff_sign_in",
    "step_in",
    "tell",
    "tell_all",
    "tell_of_new_device",
    "token_of",
    "turn_session",
    "unlock",
    "unlock_card",
    "use_guardian_consents",
    "use_guardians",
    "use_mandates",
    "use_wards",
    "verify_at_counter",
    "void_card",
    "waiting_approvals",
    "waiting_posts",
    "wards",
    "withdraw_guardian_consent",
    "withdraw_invitation",
    "withdraw_post",
]
