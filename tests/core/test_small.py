"""The small things everybody leans on: clock, ids, sealed fields, clean text, viewers, settings."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import settings
from backend.core import clock, crypto, forms, ids, viewer
from backend.core.problems import Invalid
from backend.core.schemas import Input, Line


class Counted(Input, frozen=True):
    day: date = date(2026, 12, 1)
    n: Annotated[int, msgspec.Meta(ge=1, le=72)] = 1


class Picked(Input, frozen=True, kw_only=True):
    hazard: Annotated[Literal["gas", "storm"], msgspec.Meta(title="danger")]
    place: UUID
    title: Line


class Named(Input, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Note(Input, frozen=True, kw_only=True):
    title: Line


def test_a_service_day_begins_at_midnight_in_shanghai() -> None:
    with clock.frozen(datetime(2026, 11, 24, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 25)
    assert clock.at(date(2026, 11, 25), time(9, 0)) == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def test_days_at_the_ends_of_the_calendar_have_an_instant() -> None:
    """A form may name them; whoever reads it says what is wrong, not an error of ours."""
    assert clock.at(date.min, time.min).year == 1
    assert clock.at(date.max, time(23)).year == 9999


def test_birthdays_in_the_summer_time_of_1986_to_1991_keep_their_date() -> None:
    noon = clock.at(date(1988, 7, 1), time(0, 30))
    assert clock.local(noon).date() == date(1988, 7, 1)


def test_ids_are_version_7_and_in_order_of_time() -> None:
    made = [ids.new() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert all(each.version == 7 and each.variant == "specified in RFC 4122" for each in made)
    assert made == sorted(made)


def test_neighbouring_ids_do_not_give_each_other_away() -> None:
    one, other = ids.new().int, ids.new().int
    assert bin((one ^ other) & (1 << 62) - 1).count("1") > 8


def test_codes_have_no_letters_that_are_misheard_or_misread() -> None:
    assert not set("".join(ids.code() for _ in range(500))) & set("0O1IL")


def test_a_sealed_field_opens_only_in_its_place() -> None:
    blob = crypto.seal("13900000000", b"person:phone:1")
    assert b"139" not in blob
    assert crypto.open(blob, b"person:phone:1") == "13900000000"
    for wrong in (blob[:-1], blob[:20] + b"x" + blob[21:], b""):
        with pytest.raises(crypto.CannotOpen):
            crypto.open(wrong, b"person:phone:1")
    with pytest.raises(crypto.CannotOpen):
        crypto.open(blob, b"person:phone:2")


def test_the_fingerprint_of_a_value_depends_on_its_purpose() -> None:
    assert crypto.index("a", "phone") == crypto.index("a", "phone")
    assert crypto.index("a", "phone") != crypto.index("a", "id-number")


def test_a_signature_is_for_one_purpose_and_one_text() -> None:
    mark = crypto.sign("slip", "a")
    assert crypto.signed("slip", "a", mark)
    assert not crypto.signed("slip", "b", mark)
    assert not crypto.signed("screen", "a", mark)


@pytest.mark.parametrize("bad", ["a\x00b", "\u202eabc", "a\u2066b", "bell\x07", "\ufeffx", "a\x9fb"])
def test_controls_and_bidirectional_marks_are_refused(bad: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"title": bad}), type=Note)


@pytest.mark.parametrize("bad", [" ", "\n", "\u3000", "\u0958" * 200])
def test_bounds_hold_for_what_is_kept_and_not_only_for_what_was_sent(bad: str) -> None:
    """Blanks are cut off, and a sign that NFC takes apart is two."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"name": bad}), type=Named)


@pytest.mark.parametrize("typed", ["一\r\n二", "一\r二", "一\n二"])
def test_a_new_line_typed_in_any_browser_is_one_line_feed(typed: str) -> None:
    assert msgspec.convert({"title": typed}, Note).title == "一\n二"


def test_text_is_composed_and_trimmed() -> None:
    assert msgspec.convert({"title": "  Cafe\u0301 "}, Note).title == "Café"


def test_what_is_picked_is_not_asked_to_be_filled_in() -> None:
    with pytest.raises(Invalid) as refused:
        forms.parse({}, Picked)
    assert refused.value.fields == {
        "hazard": "Please choose one of the answers",
        "place": "Please choose one of the answers",
        "title": "Please fill this in",
    }


@given(st.text(alphabet=st.characters(min_codepoint=0x20000, max_codepoint=0x323AF), min_size=1, max_size=20))
def test_rare_han_characters_survive(name: str) -> None:
    decoded = msgspec.json.decode(msgspec.json.encode({"title": name}), type=Note)
    assert decoded.title == __import__("unicodedata").normalize("NFC", name)


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"day": "昨天"}, "Write the day like 2026-12-01"), ({"n": "many"}, "Write a number in digits"),
     ({"n": "73"}, "This number is too large"), ({"n": "0"}, "This number is too small")],
)  # fmt: skip
def test_what_is_wrong_with_a_number_or_a_day_is_said(typed: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms.parse(typed, Counted)
    assert list(refused.value.fields.values()) == [said]


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"title": "x", "role": "admin"}', type=Note)


@given(st.text(max_size=60))
def test_any_cookie_makes_a_sound_viewer(cookie: str) -> None:
    seen = viewer.from_cookie(cookie)
    assert seen.mode in viewer.MODES
    assert seen.lang in ("zh_CN", "en")
    assert viewer.PLACE.match(seen.place)


def test_the_browsers_language_is_followed_until_somebody_chooses() -> None:
    assert viewer.from_languages("en-GB,en;q=0.9").lang == "en"
    assert viewer.from_languages("fr, zh-CN;q=0.8, en;q=0.5").lang == "zh_CN"
    assert viewer.from_languages("").lang == "zh_CN"


def test_settings_come_from_the_environment_with_a_type() -> None:
    chosen = settings.read({"PORT": "9000", "DATABASE_URL": "postgresql://x", "HOME": "/root"})
    assert (chosen.port, chosen.demo) == (9000, False)
    assert settings.read({}).demo is True
    with pytest.raises(settings.BadSetting, match="PORT must be a whole number"):
        settings.read({"PORT": "http"})
    with pytest.raises(settings.BadSetting, match="SECRET_KEY"):
        settings.read({"SECRET_KEY": "short"})


def test_every_setting_has_a_line_of_help() -> None:
    assert set(settings.HELP) == {field.name for field in msgspec.structs.fields(settings.Settings)}


def test_the_secret_is_made_once_and_kept_private(tmp_path: object) -> None:
    chosen = settings.read({"DATA_DIR": str(tmp_path)})
    first = settings.secret(chosen)
    assert len(first) == 32
    assert settings.secret(chosen) == first
    assert (chosen.data_dir / "secret.key").stat().st_mode & 0o777 == 0o600


def test_ids_can_be_read_back() -> None:
    made = ids.new()
    assert UUID(str(made)) == made
