"""The demonstration's templates can be sent to an area as they are."""

from backend.messaging import demo, service
from tests.identity.factories import actor_for, manager


async def test_the_texts_of_the_demonstration_are_ready_to_be_sent_and_come_once() -> None:
    await demo.world()
    await demo.world()
    sun = actor_for(await manager())
    found = await service.templates(sun)
    assert [each.name for each in found] == sorted(name for name, _, _ in demo.TEXTS)
    for each in found:
        sheet = await service.template(sun, each.id)
        assert {(text.lang, text.wording) for text in sheet.texts} == {("zh_CN", "standard"), ("zh_CN", "plain")}
