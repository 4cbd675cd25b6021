"""The official Node client of GOV.UK Notify, unmodified, over the wire to the portal as it is served."""

from base64 import b64encode

import pytest

from tests.messaging.factories import a_service, a_template, admin, key
from tests.messaging.papers import a_letter
from tests.support import foreign

KINDS = (("sms", ""), ("email", "停水"), ("letter", "停水"))


@pytest.mark.no_database
async def test_the_node_client_sends_lists_previews_and_is_refused(live: str, portals_database: None) -> None:
    actor = await admin()
    one = await a_service(actor)
    body = "((name)) 您好，((day))停水。"
    made = [await a_template(actor, one, body, kind, subject) for kind, subject in KINDS]
    ids, letter = [str(each.id) for each in made], b64encode(a_letter()).decode()
    said = await foreign.run("notify.js", live, await key(actor, one), *ids, given=letter)
    assert said.strip() == "23 checks of the Node client are good"
