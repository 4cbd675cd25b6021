"""Connections that are kept: one for many requests, and nothing that httpx would not say or do."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.core import outbound

pytestmark = pytest.mark.no_database
ANSWERS = {
    "/": b"HTTP/1.1 202 Accepted\r\nset-cookie: a=b\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n"
    b'{"id":"1"}',
    "/away": b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n",
}


class House:
    """A host that remembers what was asked; at some addresses it hangs up."""

    def __init__(self) -> None:
        self.connections = 0
        self.heads: list[str] = []

    async def open(self) -> str:
        self.server = await asyncio.start_server(self._asked, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head.decode().lower())
                if b"content-length: 2" in head.lower():
                    assert await reader.readexactly(2) == b"{}"
                answer = ANSWERS.get(head.split()[1].decode())
                if answer is None:
                    break
                writer.write(answer)
        except asyncio.IncompleteReadError:
            pass
        writer.close()


@pytest.fixture
async def house() -> AsyncIterator[tuple[House, str]]:
    made = House()
    yield made, await made.open()
    await outbound.close_kept()
    made.server.close()


async def test_one_connection_carries_many_requests_and_no_cookie(house: tuple[House, str]) -> None:
    host, url = house
    answers = []
    for _ in range(3):
        async with outbound.client(outbound.kept("test", 2)) as http:
            answers.append(await http.post(url, content=b"{}", headers={"x-own": "1"}))
    assert [(each.status_code, each.json()) for each in answers] == [(202, {"id": "1"})] * 3
    assert host.connections == 1
    assert all("x-own: 1" in head and head.count("accept:") == 1 for head in host.heads)


async def test_no_redirect_is_followed(house: tuple[House, str]) -> None:
    async with outbound.client(outbound.kept("test", 2)) as http:
        assert (await http.get(f"{house[1]}/away")).status_code == 302


async def test_what_goes_wrong_is_said_in_the_words_of_httpx(house: tuple[House, str]) -> None:
    async with outbound.client(outbound.kept("test", 2)) as http:
        for url in (f"{house[1]}/hangs-up", "http://127.0.0.1:1/", "nowhere"):
            with pytest.raises(httpx.HTTPError):
                await http.post(url, content=b"{}")


async def test_a_host_that_says_nothing_is_not_waited_for_for_ever() -> None:
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with outbound.client(outbound.kept("test", 2)) as http:
        with pytest.raises(httpx.TimeoutException):
            await http.post(f"http://127.0.0.1:{port}/", content=b"{}", timeout=0.02)
    await outbound.close_kept()
    silent.close()
