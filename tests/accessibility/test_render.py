"""Pages as answers: mode, language, sharing, refusals, and the files around them."""

import json
from datetime import UTC, date, datetime

import httpx
import msgspec
import pytest
from minijinja import TemplateError

from accessibility.assets import assets
from accessibility.fields import form
from accessibility.render import environment, refused, url

ELDER = {"linli_ui": "elder.zh_CN."}
ENGLISH = {"linli_ui": "standard.en."}


async def test_the_reader_chooses_the_mode(client: httpx.AsyncClient) -> None:
    assert 'data-mode="standard"' in (await client.get("/styleguide")).text
    client.cookies.update(ELDER)
    assert 'data-mode="elder"' in (await client.get("/styleguide")).text


async def test_elder_mode_always_offers_a_person_and_the_way_home(client: httpx.AsyncClient) -> None:
    client.cookies.update(ELDER)
    page = (await client.get("/styleguide")).text
    assert 'href="tel:12345"' in page and "打电话找人" in page and "回首页" in page


async def test_the_switch_to_elder_mode_is_on_every_page_and_works_without_script(client: httpx.AsyncClient) -> None:
    page = (await client.get("/styleguide/button?mode=standard")).text
    assert 'action="/preferences"' in page and 'name="mode" value="elder"' in page
    assert 'name="next" value="/styleguide/button"' in page, "coming back must not ask for the old mode again"


async def test_english_pages_say_that_they_are_english(client: httpx.AsyncClient) -> None:
    client.cookies.update(ENGLISH)
    page = (await client.get("/styleguide")).text
    assert '<html lang="en"' in page and "Skip to the main part" in page


async def test_a_public_page_is_made_once_and_has_an_etag(client: httpx.AsyncClient) -> None:
    first = await client.get("/styleguide")
    again = await client.get("/styleguide", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_a_refusal_is_a_page_with_a_next_step(client: httpx.AsyncClient) -> None:
    answer = await client.get("/styleguide/no-such-component")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert 'href="/"' in answer.text and "12345" in answer.text


async def test_a_file_is_kept_for_ever_under_its_own_address(client: httpx.AsyncClient) -> None:
    sheet = assets()["app.css"]
    answer = await client.get(sheet.url, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == sheet.body


async def test_an_old_address_is_not_answered_with_new_content(client: httpx.AsyncClient) -> None:
    assert (await client.get("/static/0000000000/app.css")).status_code == 404


async def test_the_smallest_form_is_chosen(client: httpx.AsyncClient) -> None:
    answer = await client.get(assets()["icons.svg"].url, headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "br"


async def test_the_portal_can_be_put_on_the_home_screen(client: httpx.AsyncClient) -> None:
    manifest = (await client.get("/manifest.webmanifest")).json()
    assert manifest["start_url"] == "/" and manifest["short_name"] == "邻里"
    for icon in manifest["icons"]:
        assert (await client.get(icon["src"])).status_code == 200


async def test_the_worker_keeps_the_offline_page_and_no_private_page_but_appointments(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    kept = json.loads(answer.text.split("FILES = ")[1].split(";")[0])
    assert kept[0] == "/offline" and assets()["app.css"].url in kept
    for address in kept:
        assert (await client.get(address)).status_code == 200
    assert answer.text.count("cache.put") == 2, "one for files, one for appointments"
    assert "MINE.test(url.pathname)" in answer.text and "{{" not in answer.text


def test_an_undefined_variable_is_an_error() -> None:
    with pytest.raises(TemplateError):
        environment("zh_CN", False).render_str("{{ nobody }}", "x.html")


def test_everything_is_escaped() -> None:
    shown = environment("zh_CN", False).render_str("<p title='{{ who }}'>{{ who }}</p>", "x.html", who="<b>'\"&")
    assert "<b>" not in shown and "'\"" not in shown


def test_an_address_leaves_out_what_is_empty_and_escapes_the_rest() -> None:
    assert str(url("/services", q="老年证", after="", page=None)) == "/services?q=%E8%80%81%E5%B9%B4%E8%AF%81"
    assert str(url("/x", a="1&2", b='"')) == "/x?a=1%262&amp;b=%22"


def test_dates_are_said_as_people_say_them() -> None:
    chinese, english = environment("zh_CN", False), environment("en", False)
    day, moment = date(2026, 11, 25), datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    say = "{{ date_long(d) }}|{{ date_short(d) }}|{{ weekday(d) }}|{{ date_day(d) }}|{{ time(t) }}"
    assert chinese.render_str(say, "x.html", d=day, t=moment) == "2026年11月25日 周三|11月25日|周三|11月25日 周三|9:00"
    assert (
        english.render_str(say, "x.html", d=day, t=moment) == "Wednesday, 25 November 2026|25 Nov|Wed|Wed 25 Nov|9:00"
    )


def test_chinese_data_is_marked_on_pages_in_other_languages() -> None:
    chinese, english = environment("zh_CN", False), environment("en", False)
    assert chinese.render_str("{{ zh(n) }}", "x.html", n="南岗区") == "南岗区"
    assert english.render_str("{{ zh(n) }}", "x.html", n="南岗区") == '<span lang="zh-Hans">南岗区</span>'
    assert english.render_str("{{ zh(n) }}", "x.html", n="Harbin") == "Harbin"
    mixed = english.render_str("{{ zh(n) }}", "x.html", n="Read this: 请到 3 楼。Call <12345>.")
    assert mixed == 'Read this: <span lang="zh-Hans">请到 3 楼。</span>Call &lt;12345&gt;.'
    assert "<span" in english.render_str("{{ zh(n) }}", "x.html", n="App 办理")[:5], "a name begins in Latin letters"


class Wanted(msgspec.Struct):
    name: str
    home: str


def test_the_summary_on_top_says_which_question_it_means() -> None:
    asked = form(Wanted, {}, {"name": "Please fill this in"}, labels={"name": "Name"})
    assert refused({"form": asked, "one": asked["home"], "errors": {"home": "x"}}) == {"name": "Name"}


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises((TemplateError, KeyError)):
        environment("zh_CN", False).render_str('{{ icon("unicorn") }}', "x.html")


def test_a_chinese_name_in_an_english_sentence_is_marked_and_nothing_in_it_is_markup() -> None:
    template = '{{ _("Act for {name}", name=zh(name)) }}'
    say = environment("en", plain=False).render_str
    assert say(template, name="妈妈") == 'Act for <span lang="zh-Hans">妈妈</span>'
    assert "<b>" not in say(template, name="<b>妈妈") and "<b>" not in say(template, name="<b>mum")
    assert environment("zh_CN", plain=False).render_str(template, name="妈妈") == "替妈妈办事"
