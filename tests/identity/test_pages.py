"""The pages of identity, as somebody with a browser and no script uses them."""

import re
from collections.abc import Callable

import httpx
import pytest

from backend.core import rate
from backend.identity import service
from backend.notifications import service as notifications
from tests.identity.authenticator import Device
from tests.identity.factories import (
    COOKIE,
    PASSWORD,
    clerk,
    code_of,
    csrf_of,
    form_token,
    operator,
    resident,
    sign_in_as,
    staff,
)

Browse = Callable[[], httpx.AsyncClient]


async def the_code() -> str:
    found = re.search(r"\b\d{6}\b", (await notifications.latest(1))[0].body)
    assert found is not None
    return found.group()


async def enter(client: httpx.AsyncClient, phone: str = "13712345678", target: str = "/me") -> httpx.Response:
    sent = await client.post("/sign-in", data={"phone": phone, "next": target})
    assert sent.status_code == 303, sent.text
    assert (await client.get(sent.headers["location"])).status_code == 200
    return await client.post("/sign-in/code", data={"code": await the_code(), "next": target})


async def test_a_resident_signs_in_and_gives_a_name(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sign-in")).status_code == 200
    opened = await enter(client)
    assert (opened.status_code, opened.headers["location"]) == (303, "/me")
    flags = opened.headers["set-cookie"].lower()
    assert "httponly" in flags and "secure" in flags and "samesite=lax" in flags
    me = await client.get("/me")
    assert "137****5678" in me.text and "还没填姓名" in me.text
    token = await form_token(client, "/me/edit")
    change = {"csrf": token, "name": "王敏", "mode": "standard", "notice_by": "call"}
    kept = await client.post("/me/edit", data=change)
    assert (kept.status_code, kept.headers["location"]) == (303, "/me")
    after = (await client.get("/me")).text
    assert "王敏" in after and "打电话" in after and "还没填姓名" not in after


@pytest.mark.parametrize("mode", ["elder", "standard"])
async def test_my_page_in_both_modes_and_in_english(client: httpx.AsyncClient, mode: str) -> None:
    await sign_in_as(client, await resident(mode=mode, phone=f"1380000{len(mode):04d}"))
    page = await client.get("/me")
    assert page.status_code == 200 and f'data-mode="{mode}"' in page.text
    english = await client.get("/me?lang=en")
    assert 'lang="en"' in english.text and "Ways to sign in" in english.text


async def test_my_page_begins_with_what_is_wanted_most(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    page = (await client.get("/me")).text
    wanted = ["/appointments", "/household", "/disclosures", "/consents", "/privacy/mine", "/me/sign-in", "/me/card"]
    places = [page.index(f'href="{each}">', page.index("<main")) for each in wanted]
    assert places == sorted(places)
    assert "<details" not in page


async def test_elder_mode_keeps_the_rest_of_my_page_behind_one_word(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident(mode="elder"))
    page = (await client.get("/me")).text
    first, rest = page.split("<summary>更多</summary>")
    assert 'href="/household"' in first and 'href="/privacy/mine"' in first and 'href="/me/card"' not in first
    assert 'href="/me/card"' in rest and 'href="/settings"' in rest


@pytest.mark.parametrize("path", ["/me/card", "/household", "/disclosures", "/consents", "/privacy/mine", "/minors"])
async def test_what_my_page_leads_to_belongs_to_its_tab(client: httpx.AsyncClient, path: str) -> None:
    await sign_in_as(client, await resident())
    assert 'href="/me" aria-current="page"' in (await client.get(path)).text


async def test_a_link_may_ask_for_elder_mode_as_often_as_it_likes(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident(mode="standard"))
    for _ in range(2):  # at the second time the cookie says elder already, and the account still says standard
        assert 'data-mode="elder"' in (await client.get("/me?mode=elder")).text
    assert 'data-mode="standard"' in (await client.get("/me")).text


async def test_every_desk_leads_back_to_the_list_of_desks(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await operator())
    assert 'class="pill" href="/desk"' in (await client.get("/desk/approvals")).text
    assert 'class="pill" href="/desk"' not in (await client.get("/desk")).text


async def test_a_wrong_number_is_shown_again_with_its_error(client: httpx.AsyncClient) -> None:
    page = await client.post("/sign-in", data={"phone": "12", "next": "/me"})
    assert page.status_code == 422
    assert "请填写 11 位手机号码" in page.text and 'value="12"' in page.text


async def test_a_wrong_code_says_how_many_tries_are_left(client: httpx.AsyncClient) -> None:
    await client.post("/sign-in", data={"phone": "13712345678"})
    wrong = f"{(int(await the_code()) + 1) % 10**6:06d}"
    page = await client.post("/sign-in/code", data={"code": wrong})
    assert page.status_code == 422 and "还可以再试 4 次" in page.text
    page = await client.post("/sign-in/code", data={"code": "abc"})
    assert page.status_code == 422 and "请填写短信里的六位数字" in page.text


async def test_sending_again_too_soon_says_how_long_to_wait(client: httpx.AsyncClient) -> None:
    await client.post("/sign-in", data={"phone": "13712345678"})
    early = await client.post("/sign-in/code/resend", data={})
    assert early.status_code == 429 and "retry-after" in early.headers
    rate.reset()
    assert (await client.post("/sign-in/code/resend", data={})).status_code == 303
    assert (await client.post("/sign-in/code", data={"code": await the_code()})).status_code == 303


async def test_the_code_page_without_a_running_request_leads_back(client: httpx.AsyncClient) -> None:
    page = await client.get("/sign-in/code")
    assert page.status_code == 410 and 'href="/sign-in"' in page.text


async def test_the_code_field_can_be_filled_by_the_phone_and_pasted_into(client: httpx.AsyncClient) -> None:
    await client.post("/sign-in", data={"phone": "13712345678"})
    page = (await client.get("/sign-in/code")).text
    assert 'autocomplete="one-time-code"' in page and 'inputmode="numeric"' in page


async def test_a_session_id_set_before_is_not_the_one_after(client: httpx.AsyncClient) -> None:
    planted = "planted-by-somebody-else-0000000000000000000"
    client.cookies.set(COOKIE, planted, domain="linli.test")
    await enter(client)
    assert client.cookies.get(COOKIE, domain="linli.test") != planted
    stranger = httpx.AsyncClient(transport=client._transport, base_url=client.base_url, cookies={COOKIE: planted})
    assert (await stranger.get("/me")).status_code == 303


async def test_signing_out_ends_the_session_on_the_server(client: httpx.AsyncClient) -> None:
    token = await sign_in_as(client, await resident())
    csrf = await form_token(client, "/me")
    out = await client.post("/sign-out", data={"csrf": csrf})
    assert out.status_code == 303 and '"storage"' in out.headers["clear-site-data"]
    client.cookies.set(COOKIE, token, domain="linli.test")
    back = await client.get("/me")
    assert (back.status_code, back.headers["location"]) == (303, "/sign-in?next=/me")


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example", "javascript:alert(1)"]
)
async def test_signing_in_never_leads_to_another_site(client: httpx.AsyncClient, target: str) -> None:
    opened = await enter(client, target=target)
    assert opened.headers["location"] == "/me"


async def test_signing_in_leads_to_where_one_wanted_to_go(client: httpx.AsyncClient) -> None:
    assert (await enter(client, target="/appointments/new?item=a")).headers["location"] == "/appointments/new?item=a"


async def test_a_form_of_another_session_changes_nothing(browse: Browse) -> None:
    one, other = browse(), browse()
    await sign_in_as(one, await resident())
    await sign_in_as(other, await resident(name="王敏"))
    stolen = await form_token(one, "/me/edit")
    refused = await other.post("/me/edit", data={"csrf": stolen, "name": "改名"})
    assert refused.status_code == 403
    assert "改名" not in (await other.get("/me")).text


async def test_names_are_shown_as_text(client: httpx.AsyncClient) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    await sign_in_as(client, await resident(name=evil))
    page = (await client.get("/me")).text
    assert "<img src=x" not in page and "onerror=alert(1)" in page


async def test_staff_sign_in_and_see_the_tasks_of_their_role(client: httpx.AsyncClient) -> None:
    await staff("operator", login="chen.pages")
    wrong = await client.post("/staff/sign-in", data={"login": "chen.pages", "password": "x"})
    assert wrong.status_code == 422 and 'value="chen.pages"' in wrong.text and 'value="x"' not in wrong.text
    opened = await client.post("/staff/sign-in", data={"login": "chen.pages", "password": PASSWORD})
    assert (opened.status_code, opened.headers["location"]) == (303, "/staff/sign-in/second")
    assert (await client.get("/desk")).headers["location"] == "/staff/sign-in?next=/desk"
    csrf = await form_token(client, "/staff/sign-in/second")
    key = (await service.begin_enrolment(client.cookies[COOKIE])).key
    done = await client.post("/staff/sign-in/second/enrolment", data={"csrf": csrf, "code": code_of(key)})
    assert done.status_code == 200 and 'href="/desk"' in done.text
    desk = await client.get("/desk")
    assert "/desk/phone" in desk.text and "/desk/counter" not in desk.text
    assert (await client.get("/me")).headers["location"] == "/desk"


async def test_a_resident_is_no_staff(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    for path in ("/desk", "/desk/assist"):
        assert (await client.get(path)).status_code == 403


async def test_an_operator_helps_a_caller_from_search_to_end(client: httpx.AsyncClient) -> None:
    li = await resident(phone="13755557777")
    await sign_in_as(client, await operator())
    csrf = await form_token(client, "/desk/assist?next=/desk/assist")
    found = await client.post(
        "/desk/assist/search", data={"csrf": csrf, "phone": "13755557777", "next": "/desk/assist"}
    )
    assert "李秀兰" in found.text and "13755557777" not in found.text
    begin = {"csrf": csrf, "person": str(li.id), "channel": "phone", "next": "/desk/assist"}
    few = await client.post("/desk/assist/begin", data={**begin, "verified": ["registered-number"]})
    assert few.status_code == 422 and "电话里至少要核对两项" in few.text
    both = {**begin, "verified": ["registered-number", "name-and-birth"]}
    begun = await client.post("/desk/assist/begin", data=both)
    assert (begun.status_code, begun.headers["location"]) == (303, "/desk/assist")
    helping = await client.get("/desk/assist")
    assert "正在帮办" in helping.text and "来电号码就是登记的号码" in helping.text
    assert "李秀兰" in (await client.get("/me")).text
    ended = await client.post("/desk/assist/end", data={"csrf": csrf_of(helping.text)})
    assert ended.status_code == 303
    assert "正在帮办" not in (await client.get("/desk/assist")).text


async def test_a_clerk_writes_down_a_visitor_who_is_not_known(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await clerk())
    csrf = await form_token(client, "/desk/assist")
    none = await client.post("/desk/assist/search", data={"csrf": csrf, "name": "韩梅", "birth": "1949年12月31日"})
    assert "还没有登记" in none.text and 'value="韩梅"' in none.text
    bad = await client.post("/desk/assist/search", data={"csrf": csrf, "name": "韩梅", "birth": "1949"})
    assert bad.status_code == 422 and "例如 1948-3-5" in bad.text
    wrong = await client.post("/desk/assist/people", data={"csrf": csrf, "name": "韩梅", "document": "1"})
    assert wrong.status_code == 422 and "号码对不上" in wrong.text
    new = {"csrf": csrf, "name": "韩梅", "document": "11010519491231002X"}
    made = await client.post("/desk/assist/people", data=new)
    assert made.status_code == 200 and "出示了身份证" in made.text


async def test_another_device_is_signed_out_from_my_page(browse: Browse) -> None:
    here, there = browse(), browse()
    li = await resident()
    await sign_in_as(there, li)
    await sign_in_as(here, li)
    page = (await here.get("/me/sign-in")).text
    action = re.search(r'action="(/me/sessions/[^"]+/end)"', page)
    assert action is not None
    assert (await here.post(action.group(1), data={"csrf": csrf_of(page)})).status_code == 303
    assert (await there.get("/me")).status_code == 303
    assert (await here.get("/me")).status_code == 200


@pytest.mark.parametrize("view", ["mode=standard", "mode=elder", "lang=en"])
async def test_ways_to_sign_in_in_both_modes_and_in_english(client: httpx.AsyncClient, view: str) -> None:
    await sign_in_as(client, await resident(phone="13766667777"))
    page = await client.get(f"/me/sign-in?{view}")
    assert page.status_code == 200 and "137****7777" in page.text
    assert ("Add a passkey" if "en" in view else "添加通行密钥") in page.text
    assert (await client.get(f"/me/sign-in/passkeys/new?{view}")).status_code == 200


async def test_a_passkey_is_added_named_used_and_removed_by_forms(client: httpx.AsyncClient) -> None:
    device = Device()
    await sign_in_as(client, await resident())
    csrf = await form_token(client, "/me/sign-in/passkeys/new")
    asked = await client.post("/me/sign-in/passkeys/options", data={"csrf": csrf})
    assert asked.headers["content-type"] == "application/json" and asked.headers["cache-control"] == "no-store"
    form = {"csrf": csrf, "name": "我的手机", "credential": device.make(asked.text), "next": ""}
    assert (await client.post("/me/sign-in/passkeys", data=form)).status_code == 303
    page = (await client.get("/me/sign-in?done=added")).text
    assert "我的手机" in page and "什么都不用输入" in page
    link = re.search(r"/me/sign-in/passkeys/([0-9a-f-]+)/removal", page)
    assert link is not None
    named = await client.post(f"/me/sign-in/passkeys/{link.group(1)}/name", data={"csrf": csrf, "name": "平板"})
    assert named.status_code == 303 and "平板" in (await client.get("/me/sign-in")).text
    client.cookies.clear()

    asked = await client.post("/sign-in/passkey/options", data={})
    opened = await client.post("/sign-in/passkey", data={"credential": device.use(asked.text), "next": "/me/sign-in"})
    assert (opened.status_code, opened.headers["location"]) == (303, "/me/sign-in")
    page = (await client.get("/me/sign-in")).text
    assert "用通行密钥登录" in page
    asking = (await client.get(link.group(0))).text
    assert "要移除这把通行密钥吗" in asking
    assert (await client.post(link.group(0), data={"csrf": csrf_of(asking)})).status_code == 303
    assert "平板" not in (await client.get("/me/sign-in")).text


async def test_a_passkey_that_fails_leaves_the_other_way_open(client: httpx.AsyncClient) -> None:
    for credential in ("", "{}"):
        await client.post("/sign-in/passkey/options", data={})
        page = await client.post("/sign-in/passkey", data={"credential": credential, "next": "/appointments"})
        assert page.status_code == 422 and 'name="phone"' in page.text and 'value="/appointments"' in page.text
    late = await client.post("/sign-in/passkey", data={"credential": "{}"})
    assert late.status_code == 410 and 'name="phone"' in late.text
    staff_page = await client.post("/staff/sign-in/passkey", data={"credential": "{}"})
    assert staff_page.status_code == 410 and "/staff/sign-in" in staff_page.text


async def test_staff_sign_in_with_a_passkey_and_keep_it_at_their_desk(client: httpx.AsyncClient) -> None:
    device = Device()
    await sign_in_as(client, await operator())
    csrf = await form_token(client, "/me/sign-in/passkeys/new")
    asked = await client.post("/me/sign-in/passkeys/options", data={"csrf": csrf})
    form = {"csrf": csrf, "name": "台式机", "credential": device.make(asked.text)}
    assert (await client.post("/me/sign-in/passkeys", data=form)).status_code == 303
    client.cookies.clear()
    asked = await client.post("/sign-in/passkey/options", data={})
    opened = await client.post("/staff/sign-in/passkey", data={"credential": device.use(asked.text), "next": "/desk"})
    assert (opened.status_code, opened.headers["location"]) == (303, "/desk")
    assert "台式机" in (await client.get("/me/sign-in")).text


async def test_the_code_page_gives_time_and_a_voice(client: httpx.AsyncClient) -> None:
    await client.post("/sign-in", data={"phone": "13788889999", "next": "/me"})
    page = (await client.get("/sign-in/code")).text
    assert "还有 10 分钟" in page and 'role="status"' in page and "时间不够，延长一些" in page
    longer = await client.post("/sign-in/code/extension", data={"next": "/me"})
    assert (longer.status_code, longer.headers["location"]) == (303, "/sign-in/code?next=/me")
    page = (await client.get("/sign-in/code")).text
    assert "还有 20 分钟" in page and "时间不够，延长一些" not in page
    twice = await client.post("/sign-in/code/extension", data={"next": "/me"})
    assert twice.status_code == 409 and "重新获取" in twice.text
    early = await client.post("/sign-in/code/call", data={"next": "/me"})
    assert early.status_code == 429
    rate.reset()
    called = await client.post("/sign-in/code/call", data={"next": "/me"})
    assert called.status_code == 303
    assert "正在给 137****9999 打电话" in (await client.get("/sign-in/code")).text


async def test_this_browser_is_known_at_the_next_sign_in(client: httpx.AsyncClient) -> None:
    await enter(client)
    known = client.cookies["__Host-linli-device"]
    client.cookies.delete(COOKIE, domain="linli.test")
    rate.reset()
    await enter(client)
    assert client.cookies["__Host-linli-device"] == known
    assert not [each for each in await notifications.latest(10) if each.template == "new-device"]
