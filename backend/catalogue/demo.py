"""The demonstration world of the catalogue: one county has taken up what most people come for. Every value says so."""

from backend.catalogue import service
from backend.catalogue.schemas import AdoptionRequest, LocalValues, PublicationRequest
from backend.core.actor import Actor

ORDER = 20
COUNTY = "230103"
SAID = "演示数据，不是真实的承诺；以大厅答复为准。"
ITEMS = (
    "SC02977a7375",  # 社会保障卡申领
    "SC33b73f8590",  # 养老保险定期待遇领取资格认证
    "SC5544c6814d",  # 城乡居民基本养老保险参保登记
    "SCec1e1981ec",  # 城乡居民参保登记
    "SCc079689492",  # 异地长期居住人员备案
    "SCdbe669b7ab",  # 住院费用报销
    "SC5af6b4a702",  # 80周岁以上老年人高龄津贴发放
    "SCe53aab80fd",  # 申领《四川省老年人优待证》
    "SC4a0c98ff6e",  # 困难残疾人生活补贴
    "SCd1e3d54e64",  # 《预防接种证》办理
    "SC0a8940e31c",  # 户口登记
    "SC168eb50c0d",  # 失业保险金申领
)
ACTOR = Actor.system("demonstration")
VALUES = LocalValues(
    promised_days=5,
    promised_unit="working_day",
    visits=1,
    fee="不收费（演示）",
    delegate="yes",
    delegate_note="别人替您办：再带他的身份证（演示）",
    materials=["身份证原件", "一寸白底照片 1 张（演示）"],
    phone="12345",
    phone_hours="每天 8:00–20:00",
    note=SAID,
)


async def world() -> None:
    """Adopt and publish a few items; safe to repeat. What a city operator has changed since is left alone."""
    for item in ITEMS:
        if await service.adoption(ACTOR, COUNTY, item) is None:
            made = await service.adopt(ACTOR, item, AdoptionRequest(region=COUNTY, local=VALUES, reason=SAID))
            asked = PublicationRequest(region=COUNTY, version=made.version, reason=SAID)
            await service.publish(ACTOR, item, asked)
