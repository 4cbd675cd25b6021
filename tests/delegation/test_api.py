"""The JSON door: the same verbs, with the same refusals."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.core import clock
from tests.delegation.factories import invited, standing
from tests.identity.factories import clerk, helping, resident, token_for

URL = "/api/v1"


async def bearer(client: httpx.AsyncClient, person: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {await token_for(person)}"}


async def test_asked_agreed_taken_up_and_laid_down(client: httpx.AsyncClient) -> None:
    mother, daughter = await resident(), await resident(name="王敏")
    li, wang = await bearer(client, mother), await bearer(client, daughter)
    wish = {"scopes": ["appointments"], "until": (clock.today() + timedelta(days=30)).isoformat(), "relation": "女儿"}
    asked = await client.post(f"{URL}/mandates", json=wish, headers=li | {"Idempotency-Key": "0123456789"})
    assert asked.status_code == 201, asked.text
    code = {"code": asked.json()["code"]}
    assert (await client.post(f"{URL}/mandates/invitation", json=code, headers=wang)).json()["standing"] == "invited"
    agreed = await client.post(f"{URL}/mandates/acceptance", json=code | {"called": "妈妈"}, headers=wang)
    row = agreed.json()["id"]
    assert (await client.get(f"{URL}/mandates/{row}", headers=li)).json()["relation"] == "女儿"
    assert (await client.post(f"{URL}/mandates/{row}/turn", headers=wang)).status_code == 204
    assert (await client.get(f"{URL}/acting", headers=wang)).json()["principal_name"] == "李秀兰"
    refused = await client.get(f"{URL}/household", headers=wang)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-delegated")
    assert (await client.get(f"{URL}/appointments", headers=wang)).json()["items"] == []
    assert (await client.post(f"{URL}/acting/end", headers=wang)).status_code == 204
    assert (await client.get(f"{URL}/acting", headers=wang)).json() is None
    longer = {"until": (clock.today() + timedelta(days=300)).isoformat()}
    assert (await client.post(f"{URL}/mandates/{row}/extension", json=longer, headers=li)).json()["days_left"] > 290
    assert (await client.post(f"{URL}/mandates/{row}/resignation", headers=wang)).status_code == 204
    assert (await client.get(f"{URL}/household", headers=li)).json()["for_me"] == []
    assert (await client.get(f"{URL}/acts", headers=li)).json()["items"] == []


@pytest.mark.parametrize("how", ["code", "number"])
async def test_an_invitation_is_declined(client: httpx.AsyncClient, how: str) -> None:
    mother, daughter = await resident(), await resident(name="王敏", phone="13900000099")
    asked = await invited(mother, phone="13900000099" if how == "number" else "")
    wang = await bearer(client, daughter)
    if how == "code":
        answer = await client.post(f"{URL}/mandates/refusal", json={"code": asked.code}, headers=wang)
    else:
        answer = await client.post(f"{URL}/mandates/{asked.id}/refusal", headers=wang)
    assert answer.status_code == 204
    again = await client.post(f"{URL}/mandates/{asked.id}/acceptance", json={}, headers=wang)
    assert (again.status_code, again.json()["code"]) == (404, "no-such-invitation")


async def test_ends_by_the_principal_are_not_open_to_the_delegate(client: httpx.AsyncClient) -> None:
    mother, daughter = await resident(), await resident(name="王敏")
    mandate = await standing(mother, daughter)
    li, wang = await bearer(client, mother), await bearer(client, daughter)
    for step in ("revocation", "withdrawal"):
        assert (await client.post(f"{URL}/mandates/{mandate.id}/{step}", headers=wang)).status_code == 404
    assert (await client.post(f"{URL}/mandates/{mandate.id}/veto", headers=li)).json()["code"] == "mandate-not-so"
    assert (await client.post(f"{URL}/mandates/{mandate.id}/revocation", headers=li)).status_code == 204
    assert (await client.post(f"{URL}/mandates/{mandate.id}/turn", headers=wang)).status_code == 409


async def test_a_clerk_writes_down_a_guardian(client: httpx.AsyncClient) -> None:
    child, mother = await resident(name="小明", birth=clock.today() - timedelta(days=3000), phone=""), await resident()
    post = await clerk()
    await helping(client, post, mother)
    wish = {
        "ward": str(child.id), "kind": "guardian", "scopes": ["appointments"], "evidence": "户口簿",
        "until": (clock.today() + timedelta(days=700)).isoformat(),
    }  # fmt: skip
    made = await client.post(f"{URL}/guardianships", json=wish)
    assert (made.status_code, made.json()["basis"]) == (201, "guardian"), made.text


async def test_nobody_in_between_sees_a_mandate(client: httpx.AsyncClient) -> None:
    mandate = await standing(await resident(), await resident(name="王敏"))
    other = await bearer(client, await resident(name="路人"))
    assert (await client.get(f"{URL}/mandates/{mandate.id}", headers=other)).status_code == 404
    assert (await client.get(f"{URL}/household")).status_code == 401
