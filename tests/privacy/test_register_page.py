"""Everybody can read what is kept, why and how long, without signing in."""

import httpx


async def test_the_register_is_public_and_says_why_and_how_long(client: httpx.AsyncClient) -> None:
    page = await client.get("/privacy/register")
    assert page.status_code == 200
    assert "identity_person" in page.text
    assert "appointments_appointment" in page.text
    assert "password" in page.text  # the field is named; its value is nowhere


async def test_the_register_reads_in_english_and_in_elder_mode(client: httpx.AsyncClient) -> None:
    english = await client.get("/privacy/register?lang=en")
    assert "3 years, then deleted" in english.text
    elder = await client.get("/privacy/register?mode=elder")
    assert 'data-mode="elder"' in elder.text
