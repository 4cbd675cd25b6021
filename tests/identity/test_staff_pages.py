"""Staff and posts on the desk, and the door with two factors, without a script."""

import re
from collections.abc import Callable

import httpx
import pytest

from backend.core import clock, db, rate
from backend.identity import service
from tests.identity.factories import (
    COOKIE,
    PASSWORD,
    administrator,
    clerk,
    code_of,
    csrf_of,
    enter_half,
    form_token,
    fresh,
    manager,
    operator,
    organisation,
    resident,
    security,
    sign_in_as,
    staff,
    token_for,
)

Browse = Callable[[], httpx.AsyncClient]


def forgotten(client: httpx.AsyncClient) -> None:
    """What the front believes of sessions for under a second."""
    client._transport.app.sessions.clear()  # type: ignore[attr-defined]


async def half_way(client: httpx.AsyncClient, login: str) -> None:
    client.cookies.set(COOKIE, await enter_half(login), domain=client.base_url.host)


async def test_the_password_leads_to_the_second_factor_and_there_to_the_desk(client: httpx.AsyncClient) -> None:
    await staff("clerk", login="liu")
    opened = await client.post("/staff/sign-in", data={"login": "liu", "password": PASSWORD, "next": "/desk/counter"})
    assert opened.headers["location"] == "/staff/sign-in/second?next=%2Fdesk%2Fcounter"
    page = await client.get(opened.headers["location"])
    key = (await service.begin_enrolment(client.cookies[COOKIE])).key
    assert " ".join(re.findall("....", key)) in page.text
    picture = await client.get("/staff/sign-in/second/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml" and picture.headers["cache-control"] == "no-store"
    csrf = csrf_of(page.text)
    wrong = await client.post("/staff/sign-in/second/enrolment", data={"csrf": csrf, "code": "000000"})
    assert wrong.status_code == 422 and "这不是验证器此刻显示的验证码" in wrong.text
    done = await client.post(
        "/staff/sign-in/second/enrolment", data={"csrf": csrf, "code": code_of(key), "next": "/desk/counter"}
    )
    codes = re.findall(r">([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})<", done.text)
    assert len(codes) == 10 and 'href="/desk/counter"' in done.text
    assert (await client.get("/staff/sign-in/second")).headers["location"] == "/desk"
    await client.post("/sign-out", data={"csrf": await form_token(client, "/desk")})
    again = await client.post("/staff/sign-in", data={"login": "liu", "password": PASSWORD})
    asked = await client.get(again.headers["location"])
    assert "备用码" in asked.text and key not in asked.text
    assert (await client.get("/staff/sign-in/second/qr.svg")).status_code == 409
    csrf = csrf_of(asked.text)
    wrong = await client.post("/staff/sign-in/second", data={"csrf": csrf, "code": "abcdef"})
    assert wrong.status_code == 422 and "验证码不正确" in wrong.text
    inside = await client.post("/staff/sign-in/second", data={"csrf": csrf, "code": codes[0]})
    assert (inside.status_code, inside.headers["location"]) == (303, "/desk")
    assert (await client.get("/desk")).status_code == 200


async def test_half_signed_in_reaches_nothing_but_the_second_factor_and_the_way_out(client: httpx.AsyncClient) -> None:
    await staff("operator", "clerk", "manager", "city", login="chen")
    half = await enter_half("chen")
    reached = []
    for route in client._transport.app.app.routes:  # type: ignore[attr-defined]
        if re.search(r"\{|/demo|/openapi|/styleguide", route.path):
            continue
        for handler in route.route_handlers:
            rule = handler.opt.get("access", frozenset())
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                if "public" in rule or not rule:
                    continue
                bearer = {"Authorization": f"Bearer {half}"}
                body = b"{}" if route.path.startswith("/api/") else b""
                kind = {"Content-Type": "application/json"} if body else {}
                answer = await client.request(method, route.path, headers=bearer | kind, content=body)
                if answer.status_code not in (401, 403) and "sign-in" not in answer.headers.get("location", ""):
                    reached.append((method, route.path, answer.status_code))
    assert not reached
    await half_way(client, "chen")
    page = await client.get("/staff/sign-in/second")
    out = await client.post("/sign-out", data={"csrf": csrf_of(page.text)})
    assert out.status_code == 303
    client.cookies.set(COOKIE, half, domain=client.base_url.host)


async def test_without_a_session_the_second_step_leads_to_the_first(client: httpx.AsyncClient) -> None:
    assert (await client.get("/staff/sign-in/second")).headers["location"] == "/staff/sign-in"
    assert (await client.get("/staff/sign-in/second/qr.svg")).status_code in (303, 401)


async def test_an_invited_person_joins_from_the_link_to_the_desk(browse: Browse) -> None:
    he, guest = browse(), browse()
    await sign_in_as(he, await administrator())
    place = str(await organisation("230103"))
    csrf = await form_token(he, "/desk/staff/invitation")
    form = {"csrf": csrf, "name": "刘洋", "organisation": place, "role": "clerk", "division": "230103"}
    empty = await he.post("/desk/staff/invitation", data={**form, "name": ""})
    assert empty.status_code == 422
    far = await he.post("/desk/staff/invitation", data={**form, "division": "230200"})
    assert far.status_code == 403 and "不在您的管辖范围内" in far.text and "刘洋" in far.text
    made = await he.post("/desk/staff/invitation", data=form)
    found = re.search(r"/staff/join\?code=([\w-]{43})", made.text)
    assert found is not None
    assert "刘洋" in (await he.get("/desk/staff")).text
    page = await guest.get(f"/staff/join?code={found[1]}")
    assert "政务服务中心" in page.text and 'autocomplete="new-password"' in page.text
    typed = {"code": found[1], "name": "刘洋", "login": "liu.yang", "password": "password1234"}
    easy = await guest.post("/staff/join", data=typed)
    assert easy.status_code == 422 and "容易被猜到" in easy.text and 'value="liu.yang"' in easy.text
    joined = await guest.post("/staff/join", data={**typed, "password": PASSWORD})
    assert joined.headers["location"] == "/staff/sign-in/second"
    page = await guest.get("/staff/sign-in/second")
    key = (await service.begin_enrolment(guest.cookies[COOKIE])).key
    await guest.post("/staff/sign-in/second/enrolment", data={"csrf": csrf_of(page.text), "code": code_of(key)})
    assert "/desk/counter" in (await guest.get("/desk")).text
    rate.reset()
    over = await browse().get(f"/staff/join?code={found[1]}")
    assert over.status_code == 410 and "邀请已失效" in over.text
    assert (await browse().get("/staff/join")).status_code == 200


async def test_a_post_is_given_approved_and_ended_by_three_clicks_of_two_people(browse: Browse) -> None:
    he, ma = browse(), browse()
    zhao = await clerk()
    await sign_in_as(he, await administrator())
    await sign_in_as(ma, await security())
    token = await token_for(zhao)
    path = f"/desk/staff/{zhao.id}"
    csrf = await form_token(he, path)
    form = {"csrf": csrf, "organisation": str(await organisation("230103")), "role": "manager", "division": "230103"}
    wrong = await he.post(f"{path}/posts", data={**form, "until": "2020-01-01"})
    assert wrong.status_code == 422 and "结束日期早于开始日期" in wrong.text and "2020-01-01" in wrong.text
    given = await he.post(f"{path}/posts", data=form)
    assert given.headers["location"] == f"{path}?done=given"
    post = await db.fetchval("SELECT id FROM identity_post WHERE state = 'waiting'")
    assert f"{path}/posts/{post}/approval" not in (await he.get(path)).text
    assert str(zhao.id) in (await ma.get("/desk/staff")).text
    csrf = await form_token(ma, path)
    await ma.post(f"{path}/posts/{post}/approval", data={"csrf": csrf})
    session = await service.resolve_session(token)
    assert session is not None and session.actor.roles == {"clerk", "manager"}
    late = await ma.post(f"{path}/posts/{post}/refusal", data={"csrf": csrf})
    assert late.status_code == 409 and "已经处理过" in late.text
    await he.post(f"{path}/posts/{post}/end", data={"csrf": form["csrf"]})
    session = await service.resolve_session(token)
    assert session is not None and session.actor.roles == {"clerk"}


async def test_leave_and_moving_from_the_page_of_a_post(client: httpx.AsyncClient) -> None:
    chen, zhao = await operator(), await staff("clerk", login="zhao", name="赵明")
    await sign_in_as(client, await administrator())
    post = await db.fetchval("SELECT id FROM identity_post WHERE staff = $1", chen.id)
    path = f"/desk/staff/{chen.id}/posts/{post}"
    csrf = await form_token(client, path)
    days = {"begins": clock.today().isoformat(), "until": clock.today().isoformat()}
    nobody = await client.post(f"{path}/leave", data={"csrf": csrf, "stand_in": "nobody", **days})
    assert nobody.status_code == 422 and "没有这个登录名" in nobody.text and 'value="nobody"' in nobody.text
    await client.post(f"{path}/leave", data={"csrf": csrf, "stand_in": "zhao", **days})
    page = (await client.get(f"/desk/staff/{chen.id}")).text
    assert "代班人： 赵明" in page and "休假期间暂停" in page
    leave = await db.fetchval("SELECT id FROM identity_leave")
    await client.post(f"/desk/staff/{chen.id}/leaves/{leave}/end", data={"csrf": csrf})
    form = {"organisation": str(await organisation("230103")), "role": "clerk", "division": "230103"}
    moved = await client.post(f"{path}/move", data={"csrf": csrf, **form})
    assert moved.headers["location"].endswith("done=moved")
    session = await service.resolve_session(await token_for(chen))
    assert session is not None and session.actor.roles == {"clerk"} and zhao.id


async def test_the_stand_in_reads_for_whom_on_the_desk(client: httpx.AsyncClient) -> None:
    from tests.identity.test_posts import leave, post_id

    he, chen, zhao = await administrator(), await operator(), await staff("clerk", login="zhao")
    await leave(await post_id(chen), "zhao", he)
    await sign_in_as(client, zhao)
    desk = (await client.get("/desk")).text
    assert f"您正在替这位同事代班： {chen.name}" in desk and "/desk/phone" in desk and "政务服务中心" in desk


async def test_leaving_unlocking_and_resetting_from_the_page(browse: Browse) -> None:
    he, ma, chen = browse(), browse(), await staff("operator", login="chen")
    await sign_in_as(he, await administrator())
    await sign_in_as(ma, await security())
    for _ in range(5):
        rate.reset()
        with pytest.raises(Exception, match="wrong-password"):
            await enter_half("chen", "wrong")
    path = f"/desk/staff/{chen.id}"
    page = await ma.get(path)
    assert "已锁定" in page.text
    await ma.post(f"{path}/unlocking", data={"csrf": csrf_of(page.text)})
    assert await enter_half("chen")
    assert (await ma.post(f"{path}/end", data={"csrf": csrf_of(page.text)})).status_code == 403
    left = await he.post(f"{path}/end", data={"csrf": await form_token(he, path)})
    assert left.headers["location"] == "/desk/staff?done=left"
    assert "该人员已离职" in (await he.get(left.headers["location"])).text
    assert "已离职" in (await he.get(path)).text


async def test_organisations_are_added_found_and_closed(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await administrator())
    csrf = await form_token(client, "/desk/organisations")
    form = {"csrf": csrf, "kind": "community", "name": "花园社区", "division": "230103001", "code": "12"}
    wrong = await client.post("/desk/organisations", data=form)
    assert wrong.status_code == 422 and 'value="花园社区"' in wrong.text
    await client.post("/desk/organisations", data={**form, "code": ""})
    twice = await client.post("/desk/organisations", data={**form, "code": ""})
    assert twice.status_code == 409 and "已有同名机构" in twice.text
    assert "花园社区" in (await client.get("/desk/organisations?q=花园")).text
    place = await db.fetchval("SELECT id FROM identity_organisation WHERE name = '花园社区'")
    await client.post(f"/desk/organisations/{place}/closure", data={"csrf": csrf})
    assert "没有找到机构" in (await client.get("/desk/organisations?q=花园")).text


async def test_an_old_proof_is_asked_for_again_before_and_after(client: httpx.AsyncClient) -> None:
    he, zhao = await administrator(), await clerk()
    token = await sign_in_as(client, he)
    await db.execute("UPDATE identity_session SET proved_at = now() - interval '11 minutes'")
    page = await client.get(f"/desk/staff/{zhao.id}")
    assert f"/sign-in/again?next=%2Fdesk%2Fstaff%2F{zhao.id}" in page.text
    refused = await client.post(f"/desk/staff/{zhao.id}/end", data={"csrf": csrf_of(page.text)})
    assert refused.status_code == 403 and "/sign-in/again" in refused.text
    asked = await client.get("/sign-in/again?next=/desk/staff")
    assert asked.status_code == 200 and token


@pytest.mark.parametrize("path", ["/desk/staff", "/desk/organisations"])
async def test_only_who_manages_or_checks_staff_sees_staff(client: httpx.AsyncClient, path: str) -> None:
    for who, status in (
        (await clerk(), 403), (await operator(), 403), (await resident(), 403), (await manager(), 200),
        (await security(), 200), (await staff("auditor"), 200),
    ):  # fmt: skip
        await sign_in_as(client, who)
        forgotten(client)
        assert (await client.get(path)).status_code == status, who


async def test_an_auditor_sees_posts_and_finds_nothing_to_press(client: httpx.AsyncClient) -> None:
    zhao = await clerk()
    await sign_in_as(client, await staff("auditor"))
    for path in ("/desk/staff", f"/desk/staff/{zhao.id}", "/desk/organisations"):
        page = (await client.get(path)).text
        assert set(re.findall(r'method="post" action="([^"]+)"', page)) <= {"/sign-out", "/preferences"}, path


async def test_whoever_was_moved_shows_in_the_new_county_and_no_longer_in_the_old_one(browse: Browse) -> None:
    """The account stays where it was registered; the second wall in the database follows the posts."""
    from backend.identity.schemas import MoveRequest
    from tests.identity.test_posts import post_id

    zhao, li = await staff("clerk", login="zhao", name="赵明", region="230103"), await resident()
    here, there, old, me = browse(), browse(), browse(), browse()
    await sign_in_as(here, await administrator(region="230104"))
    await sign_in_as(there, await administrator(region="230202"))
    await sign_in_as(old, await administrator(region="230103"))
    wanted = MoveRequest(organisation=await organisation("230104"), role="clerk", division="230104")
    await service.move_post(fresh(await administrator(region="230100")), await post_id(zhao), wanted)
    path = f"/desk/staff/{zhao.id}"
    assert "赵明" in (await here.get("/desk/staff")).text and "赵明" in (await here.get(path)).text
    assert "赵明" not in (await old.get("/desk/staff")).text
    assert (await there.get(path)).status_code == 404
    key = (await service.begin_enrolment(half := await enter_half("zhao"))).key
    whole = await service.confirm_enrolment(half, code_of(key), user_agent="")
    me.cookies.set(COOKIE, whole.token, domain=me.base_url.host)
    page = await me.get("/sign-in/again")
    proof = {"csrf": csrf_of(page.text), "password": PASSWORD, "code": whole.recovery_codes[0]}
    assert (await me.post("/sign-in/again/password", data=proof)).status_code == 303
    csrf = await form_token(me, "/desk")  # the session goes on under a new token
    helping = {"csrf": csrf, "person": str(li.id), "channel": "counter", "verified": "id-card"}
    assert (await me.post("/desk/assist/begin", data=helping)).status_code == 303
    assert "李秀兰" in (await me.get("/desk/assist")).text
    csrf = await form_token(here, path)
    assert (await here.post(f"{path}/end", data={"csrf": csrf})).status_code == 403
    await here.post(f"{path}/posts/{await post_id(zhao)}/end", data={"csrf": csrf})
    forgotten(me)
    assert (await me.get("/desk/assist")).status_code == 403
