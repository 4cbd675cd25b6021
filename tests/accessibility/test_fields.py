"""A struct decides what a form asks."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from accessibility.fields import TYPED_DATE, form
from backend.core.schemas import Input, Line, Phone, Text


class Gate(StrEnum):
    EAST = "east"
    WEST = "west"


class Visit(Input, frozen=True):
    slot: UUID
    full_name: Line
    phone: Phone
    code: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$", max_length=6)]
    day: date
    people: int = 1
    told: Literal["sms", "call"] = "sms"
    gate: Gate | None = None
    needs: list[Literal["wheelchair", "interpreter"]] = []
    remark: Text = ""
    agreed: bool = False


FIELDS = form(Visit)


def test_the_order_is_that_of_the_struct() -> None:
    assert list(FIELDS) == list(Visit.__struct_fields__)


def test_the_type_chooses_the_kind_of_field() -> None:
    kinds = {name: field.kind for name, field in FIELDS.items()}
    assert kinds == {
        "slot": "hidden", "full_name": "text", "phone": "tel", "code": "text", "day": "text", "people": "text",
        "told": "radios", "gate": "radios", "needs": "checkboxes", "remark": "textarea", "agreed": "checkbox",
    }  # fmt: skip


def test_a_field_without_default_is_required() -> None:
    assert FIELDS["phone"].required and not FIELDS["remark"].required


def test_the_phone_shows_the_right_keyboard_and_may_fill_in() -> None:
    assert FIELDS["phone"].autocomplete == "tel"
    assert (FIELDS["code"].autocomplete, FIELDS["code"].inputmode) == ("one-time-code", "numeric")
    assert FIELDS["people"].inputmode == "numeric"


def test_lengths_come_from_the_struct() -> None:
    assert FIELDS["full_name"].maxlength == 200 and FIELDS["code"].maxlength == 6 and FIELDS["code"].short


def test_what_was_typed_is_kept_beside_its_error() -> None:
    field = form(Visit, {"phone": "1001234"}, {"phone": "Enter a mobile number with 11 digits"})["phone"]
    assert (field.value, field.error) == ("1001234", "Enter a mobile number with 11 digits")


def test_what_was_chosen_is_kept() -> None:
    filled = form(Visit, {"told": "call", "needs": ["wheelchair"], "agreed": True, "gate": Gate.WEST})
    assert filled["told"].chosen == ("call",) and filled["needs"].chosen == ("wheelchair",)
    assert filled["agreed"].chosen == ("true",) and filled["gate"].chosen == ("west",)


def test_words_and_options_come_from_the_page() -> None:
    options = {"told": [("sms", "Text message"), ("call", "A phone call")]}
    field = form(Visit, labels={"told": "How shall we tell you"}, hints={"told": "Free"}, options=options)["told"]
    assert (field.label, field.hint, field.options[1]) == ("How shall we tell you", "Free", ("call", "A phone call"))


def test_many_options_become_a_list_to_open() -> None:
    options = {"told": [(str(number), str(number)) for number in range(9)]}
    assert form(Visit, options=options)["told"].kind == "select"


def test_a_date_is_typed_and_says_how() -> None:
    asked = FIELDS["day"]
    assert (asked.kind, asked.hint, asked.maxlength, asked.short) == ("text", TYPED_DATE, 10, True)
    assert form(Visit, hints={"day": "The day of your visit"})["day"].hint == "The day of your visit"
    assert form(Visit, {"day": "1.12."}, {"day": "Please check this"})["day"].value == "1.12."
