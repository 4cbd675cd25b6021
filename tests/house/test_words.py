"""What people read is complete in Chinese, and nothing left over is translated."""

import re
from functools import cache

from backend.core import messages
from backend.core.words import LOCALES, languages, words

HAN = "\u4e00-\u9fff"
used = cache(messages.used)  # read by several rules, changed by none
load = cache(messages._load)


def test_the_chinese_catalogue_is_complete() -> None:
    have = load("zh_CN")
    missing = [each for each in used() if not messages._translated(have, each)]
    assert not missing


def test_message_ids_are_english() -> None:
    assert not [each for each in used() if re.search(f"[{HAN}]", str(each))]


def test_no_catalogue_translates_what_nothing_uses() -> None:
    wanted = used()
    extra = [
        (path.stem, message.id)
        for path in LOCALES.glob("*.po")
        for message in load(path.stem)
        if message.id and messages._key(message.id) not in wanted
    ]
    assert not extra


def test_a_day_and_an_hour_are_never_written_together() -> None:
    """A text message writes the day as 2026-12-01: 2026-12-019:00 is no time, and no page finds the day in it."""
    texts = [(path.stem, each.string) for path in LOCALES.glob("*.po") for each in messages._load(path.stem)]
    assert not [(name, text) for name, text in texts if re.search(r"{(?:date|day)}{", str(text))]


def test_placeholders_survive_translation() -> None:
    wrong = []
    for path in LOCALES.glob("*.po"):
        for message in load(path.stem):
            source = message.id if isinstance(message.id, str) else message.id[1]
            for text in [message.string] if isinstance(message.string, str) else message.string or ():
                if source and text and set(re.findall(r"{(\w+)}", text)) - set(re.findall(r"{(\w+)}", source)):
                    wrong.append((path.stem, source, text))
    assert not wrong


def test_chinese_uses_full_width_punctuation_between_han() -> None:
    half = re.compile(f"[{HAN}][,;:?!][{HAN}]")
    wrong = [m.string for name in ("zh_CN", "plain") for m in load(name) if half.search(str(m.string))]
    assert not wrong


def test_chinese_does_not_shout() -> None:
    shouting = re.compile("[！!]|亲爱的|尊敬的用户")
    wrong = [m.string for name in ("zh_CN", "plain") for m in load(name) if shouting.search(str(m.string))]
    assert not wrong


def test_a_language_is_one_file() -> None:
    assert languages()[0] == "zh_CN"
    assert "en" in languages()
    assert words("en").gettext("Home") == "Home"
    assert words("zh_CN").gettext("Home") == "首页"


def test_an_unknown_language_reads_as_chinese() -> None:
    assert words("xx").gettext("Home") == "首页"
