"""Warnings for who reads English: all of it in English, or an official heading and what is Chinese marked as such."""

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest

from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Invalid
from backend.messaging import service
from backend.messaging.schemas import EmergencyRequest
from backend.messaging.service import emergencies
from backend.notifications import service as notifications
from backend.settings import settings
from tests.identity.factories import actor_for, city, resident, sign_in_as
from tests.messaging.factories import fresh
from tests.messaging.test_emergencies import HERE, STREET, WORDS, drill
from tests.notifications.factories import NOON


async def test_who_reads_english_gets_the_whole_of_it_in_english(client: httpx.AsyncClient) -> None:
    ann = await resident(home=STREET, lang="en")
    made = await drill()
    (line,) = (await notifications.messages(actor_for(ann))).pinned
    assert (line.title, line.body[:15]) == ("Drill: Gas leak", "Drill: Gas leak")
    shown = await service.warning(actor_for(ann), made, lang="en")
    assert (shown.title, shown.original, shown.lang) == ("Drill: Gas leak", "", "en")
    assert [each.english for each in await emergencies.standing()] == ["Gas leak"]
    page = await client.get(f"/emergencies/{made}", headers={"accept-language": "en"})
    assert "<h1>Drill: Gas leak</h1>" in page.text


@pytest.mark.parametrize("real", [True, False])
async def test_what_nobody_wrote_in_english_has_an_official_heading_and_says_that_the_rest_is_chinese(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None], real: bool
) -> None:
    frozen(NOON)
    ann, said = await resident(home="230103001", lang="en"), "" if real else "Drill: "
    wanted = EmergencyRequest(
        division="230103",
        hazard="flood",
        title="洪水",
        words="松花江涨水，请到3楼以上。",
        drill=not real,
        chinese_only=True,
    )
    made = (await service.make_emergency(fresh(await city(region="230100")), wanted)).id
    await service.begin_broadcast(fresh(await city(region="230100")), made)
    await service.send_some()
    (line,) = (await notifications.messages(actor_for(ann))).pinned
    assert line.title == f"{said}Flood warning"
    assert line.body.startswith(f"{said}Flood warning. Where: Nangang District. Until: ")
    assert line.body.endswith(f"or call {settings().help_phone}. Reply 1 when you have read this.")
    assert "The details are in Chinese: 松花江涨水，请到3楼以上。 If you" in line.body
    await sign_in_as(client, ann)
    marked = '<span lang="zh-Hans">松花江涨水，请到3楼以上。</span>'
    assert marked in (await client.get("/messages")).text, "the voice changes there and back"
    home, page = [(await client.get(path)).text for path in ("/me", f"/emergencies/{made}")]
    assert f"{said}Flood warning" in home and "洪水" not in home
    assert f"<h1>{said}Flood warning</h1>" in page and '<div class="stack" lang="zh-Hans"><p><strong>洪水' in page
    assert "Nobody wrote this warning in your language" in page


async def test_words_in_english_without_a_heading_get_the_official_one() -> None:
    made = await drill()
    await db.execute("UPDATE messaging_broadcast SET texts = texts - 'en/title' WHERE id = $1", made)
    assert (await service.warning(Actor(), made, lang="en")).title == "Drill: Gas leak warning"


@pytest.mark.parametrize("given", [{"english": "Leave."}, {"english_title": "Gas leak"}])
async def test_half_a_warning_in_english_is_refused(given: dict[str, str]) -> None:
    one = fresh(await city(region="230100"))
    wanted = EmergencyRequest(division=HERE, hazard="gas", title="燃气泄漏", words=WORDS, **given)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        await service.make_emergency(one, wanted)
