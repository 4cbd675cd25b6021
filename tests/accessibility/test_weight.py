"""The first view of a page, all included, on a phone that has never been here."""

import gzip
import re

import httpx
import pytest

from accessibility.assets import assets

BUDGET = 14 * 1024  # bytes, compressed, without the headers
PAGES = ["/", "/search?q=老年证", "/services", "/halls", "/places/pick", "/sign-in", "/settings", "/offline"]


@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize("address", PAGES)
async def test_a_first_view_stays_under_fourteen_kilobytes(client: httpx.AsyncClient, address: str, mode: str) -> None:
    client.cookies.set("linli_ui", f"{mode}.zh_CN.230103")
    page = await client.get(address)
    assert page.status_code == 200
    by_address = {asset.url: asset for asset in assets().values()}
    wanted = {found for found in re.findall(r"/static/[0-9a-f]+/[\w.-]+", page.text) if found in by_address}
    if 'class="hero"' in page.text:
        wanted.add(assets()["street.svg"].url)
    sent = len(gzip.compress(page.content, 9)) + sum(len(by_address[each].gzipped) for each in wanted)
    assert sent <= BUDGET, f"{sent} bytes with {sorted(wanted)}"
