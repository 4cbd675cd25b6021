"""The printed letter: readable by its receiver, the post, the printing house and a program that reads aloud."""

import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from backend.core import clock
from backend.notifications.adapters import http, paper, shapes
from backend.notifications.adapters.letter import Letter, pdf
from backend.notifications.adapters.port import Outgoing
from backend.notifications.rules.paper import CLOSING, GETA, OPENING, printable, wrapped

AT = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # the 27th already in Heilongjiang
ADDRESS = "150001\n黑龙江省哈尔滨市南岗区花园街道果戈里大街甲123号\n龙江小区7号楼2单元501室\n李秀兰 收"
BODY = "您预约的“不动产登记”改到了2026年12月3日上午9:00。\n\n请带上身份证、户口簿。来不了，请拨打12345。"
LINK = "https://linli.test/appointments/0193f7a2-1d5e-7c3b-9f24-8a6b5d4c3e2f"
LETTER = Letter(ADDRESS, "您的预约改期了", BODY, AT)
MILLIMETRE = 25.4 / 72
Placed = tuple[str, float, float, float]


def read(letter: Letter) -> PdfReader:
    return PdfReader(BytesIO(paper.pdf(letter)))


def inside(held: Any, *path: str | int) -> Any:
    """What a path of names and places leads to in a file."""
    for step in path:
        held = held.get_object()[step]
    return held.get_object()


def placed(page: PageObject) -> list[Placed]:
    """Each line with its left end and baseline in millimetres from the top, and its size in points."""
    found: list[Placed] = []

    def saw(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        if text.strip():
            found.append((text.strip(), matrix[4] * MILLIMETRE, 297 - matrix[5] * MILLIMETRE, size))

    page.extract_text(visitor_text=saw)
    return found


def fonts(reader: PdfReader) -> list[TTFont]:
    """The fonts as they stand in the file; a font that is only named fails."""
    found = {}
    for page in reader.pages:
        for font in inside(page, "/Resources", "/Font").values():
            described = inside(font, "/DescendantFonts", 0, "/FontDescriptor")
            found[described["/FontName"]] = TTFont(BytesIO(inside(described, "/FontFile2").get_data()))
    return list(found.values())


def test_all_words_can_be_read_back_in_the_order_in_which_one_reads() -> None:
    text = read(LETTER._replace(follow=("说一声您来不来", LINK))).pages[0].extract_text()
    said = ["黑龙江省", "12345", "李秀兰 收", "您的预约改期了", "“不动产登记”", "请带上身份证", "说一声您来不来"]
    at = [text.replace("\n", "").find(each) for each in said]
    assert -1 not in at and at == sorted(at)
    assert LINK in text.replace("\n", "") and "2026年11月27日" in text


def test_it_names_itself_its_language_and_its_day() -> None:
    reader = read(LETTER)
    xmp = reader.xmp_metadata
    assert inside(reader.trailer, "/Root", "/Lang") == "zh-CN" and xmp is not None
    assert xmp.dc_title == {"x-default": "您的预约改期了"} and xmp.xmp_create_date == AT.replace(tzinfo=None)
    assert xmp.pdfaid_part == "2" and xmp.pdfaid_conformance == "U"
    assert inside(read(LETTER._replace(lang="en")).trailer, "/Root", "/Lang") == "en"
    shown = read(LETTER._replace(lang="en", body="Can’t come? Say “no”.")).pages[0].extract_text()
    assert "November 27, 2026" in shown and 'Can\'t come? Say "no".' in shown


def test_the_same_letter_is_the_same_file() -> None:
    with clock.frozen(AT):
        first = paper.pdf(LETTER)
    assert first == paper.pdf(LETTER) and f"{datetime.now(UTC):%Y-%m-%d}".encode() not in first


def test_every_font_is_within_the_file_and_only_the_signs_that_it_needs() -> None:
    (font,) = fonts(read(LETTER))
    assert 50 < len(font.getGlyphOrder()) < 200
    assert len(paper.pdf(LETTER)) < 60_000


@pytest.mark.parametrize("lines", [2, 4, 7])
def test_the_window_shows_the_address_and_nothing_else(lines: int) -> None:
    address = "\n".join(ADDRESS.splitlines()[:1] * (lines - 1) + ["黑龙江省哈尔滨市南岗区花园街道果戈里大街甲123号"])
    page = read(LETTER._replace(address=address)).pages[0]
    left, top, right, bottom = paper.WINDOW
    height = 0.88 * MILLIMETRE  # of a sign above its baseline
    within = [each for each in placed(page) if top <= each[2] <= bottom + 1]
    assert "".join(text for text, *_ in within).endswith(address.replace("\n", ""))
    for text, x, y, size in within:
        assert x >= left - 0.01 and x + shapes.width(text, size * MILLIMETRE) <= right
        assert y - size * height >= top and y + size * 0.12 * MILLIMETRE <= bottom and size >= 8
    seen = paper.SEEN
    for text, x, y, size in [each for each in placed(page) if each not in within]:
        beside = x > seen[2] or x + shapes.width(text, size * MILLIMETRE) < seen[0]
        assert beside or y + 1 < seen[1] or y - size * height > seen[3], text


def test_an_address_that_is_too_long_is_printed_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    address = "\n".join(["黑龙江省哈尔滨市" * 20] * 7)
    assert read(LETTER._replace(address=address)).pages[0].extract_text().replace("\n", "").count("哈尔滨") == 140
    assert "window" in capsys.readouterr().err


def test_words_are_large_and_lines_short() -> None:
    page = read(LETTER._replace(body="请带上身份证和户口簿" * 30)).pages[0]
    lines = [each for each in placed(page) if "户口簿" in each[0]]
    assert {size for *_, size in lines} == {18} and max(len(text) for text, *_ in lines) <= 30
    assert lines[1][2] - lines[0][2] == pytest.approx(18 * 1.5 * MILLIMETRE, abs=0.01)
    assert all(x >= 19.99 and x + shapes.width(text, 18 * MILLIMETRE) <= 190 for text, x, *_ in lines)


def test_every_page_has_its_number_and_our_telephone() -> None:
    pages = read(LETTER._replace(body="\n".join(f"第{number}条：请带上身份证和户口簿。" for number in range(30)))).pages
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        foot = [text for text, _, y, _ in placed(page) if y > 275]
        assert any("12345" in text for text in foot) and any(f"{number}" in text and "2" in text for text in foot)
    whole = "".join(page.extract_text() for page in pages)
    assert all(f"第{number}条" in whole for number in range(30))


def test_no_line_of_a_paragraph_is_alone_on_a_page() -> None:
    for signs in range(26 * 17, 26 * 22, 26):
        pages = read(LETTER._replace(body="字" * signs)).pages
        for page in pages:
            assert len([text for text, *_ in placed(page) if "字" in text]) != 1


def test_a_next_step_has_a_code_to_scan_and_an_address_to_type() -> None:
    with_link, without = read(LETTER._replace(follow=("说一声您来不来", LINK))), read(LETTER)
    assert len(with_link.pages[0].images) == 1 and not without.pages[0].images


def test_a_letter_of_ours_leads_on_and_has_the_day_on_which_it_is_printed() -> None:
    mine = Outgoing(
        id=UUID(int=1), message=UUID(int=2), person=UUID(int=3), phone="", place="230103", urgency="normal",
        title="Your appointment was cancelled", text="请带上身份证", lang="zh_CN", href="/appointments/7/coming",
        next="Say whether you come",
    )  # fmt: skip
    with clock.frozen(AT):
        made = http.printed(mine)
    assert made == Letter(
        "",
        "您的预约取消了",
        "请带上身份证",
        AT,
        "zh_CN",
        ("告诉我们来不来", "https://linli.test/appointments/7/coming"),
    )
    assert http.printed(msgspec.structs.replace(mine, href="https://elsewhere.example")).follow == ("", "")


def test_a_sign_that_the_font_has_not_is_told_and_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    text = read(LETTER._replace(address="李𠮷𪚥 收", body="您好🙂")).pages[0].extract_text()
    assert f"李{GETA}{GETA} 收" in text and f"您好{GETA}" in text
    said = capsys.readouterr().err
    assert '"count":3' in said and "李" not in said and "𪚥" not in said


def test_names_and_places_have_their_signs() -> None:
    known = shapes.shapes()
    assert len(known) > 22_000
    for sign in "〇㕮䶮𠅤堃喆赟镕淼玥祎頔翀珺暐旸𬭎𫟼陳黃劉臺·①Я１ＡéüАя￥°—…":
        assert sign in known, sign
    assert all(bytes([lead, 0xA1]).decode("gb2312") in known for lead in range(0xB0, 0xF8))


def test_the_font_stands_with_its_licence() -> None:
    folder = Path(shapes.FILE).parent
    assert shapes.FILE.stat().st_size < 4 * 2**20
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text(encoding="utf-8")
    with TTFont(shapes.FILE, lazy=True) as font:
        assert "Adobe" in font["name"].getDebugName(0) and "Open Font License" in font["name"].getDebugName(13)


def test_a_letter_costs_less_than_a_tenth_of_a_second() -> None:
    paper.pdf(LETTER)
    costs = []
    for _ in range(5):
        begun = time.process_time()
        paper.pdf(LETTER)
        costs.append(time.process_time() - begun)
    assert min(costs) < 0.1


@pytest.mark.no_database
async def test_it_is_made_beside_the_event_loop() -> None:
    assert await pdf(LETTER) == paper.pdf(LETTER)


def test_nothing_typed_breaks_it() -> None:
    for said in ("", "\x00\x1b[0m\u200b\ufeff", "a" * 3000, "，" * 500, "\r\n\r\n", "(){}\\", "{nb}**粗**__线__"):
        text = "".join(page.extract_text() for page in read(Letter(said, said, said, AT)).pages)
        assert said.replace("\r\n", "").strip()[:20] in text or not said.isprintable()


def one_each(text: str) -> float:
    return float(len(text))


@given(st.text(alphabet="请带上证件。，（）“”《》 abc-1…—", max_size=120), st.integers(4, 30))
def test_lines_fit_lose_nothing_and_keep_punctuation_where_it_belongs(text: str, widest: int) -> None:
    lines = wrapped(text, one_each, widest)
    assert all(len(line) <= widest for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "widest", "lines"),
    [
        ("请带上身份证、户口簿。", 10, ["请带上身份证、户口", "簿。"]),
        ("请您来（南岗区）办", 4, ["请您来", "（南岗", "区）办"]),
        ("地址abcdef吧", 5, ["地址", "abcde", "f吧"]), ("call 12345 now", 10, ["call 12345", "now"]), ("", 5, [""]),
    ],
)  # fmt: skip
def test_a_line_ends_where_a_printer_would_end_it(text: str, widest: int, lines: list[str]) -> None:
    assert wrapped(text, one_each, widest) == lines
    assert not any(line[:1] in CLOSING or line[-1:] in OPENING for line in lines if line)


def test_only_what_is_seen_is_printed() -> None:
    assert printable("e\u0301\t李\ufe00\u200d\r\n好", frozenset("é 李好")) == ("é 李\n好", 0)
    assert printable("李\U0001f642", frozenset("李")) == (f"李{GETA}", 1)
