"""The demonstration's templates: what a city and a district tell everybody of an area, in both wordings. Invented."""

from backend.core import clock, db

ORDER = 50
HOMES = ["230100", "230103"]
TEXTS = [
    (
        "停水通知",
        "因管道检修，您所在的区域明天 9:00 至 15:00 停水，请提前储水。",
        "明天早上九点到下午三点停水，请先接好水。",
    ),
    (
        "老年人免费体检",
        "65 岁及以上居民本月可到社区卫生服务中心免费体检，请带身份证，早上空腹。",
        "您满 65 岁了，这个月可以去社区卫生服务中心免费体检。带上身份证，早上先别吃饭。",
    ),
]
ANY = "SELECT EXISTS (SELECT 1 FROM messaging_template)"
# Nobody made them: an id that is no person's.
ADD = """WITH made AS (INSERT INTO messaging_template
        (region, id, service, kind, name, required, version, made_by, created, changed)
    SELECT home, md5(home || $2)::uuid, NULL, 'sms', $2, '{}', 2, md5('demonstration')::uuid, $5, $5
    FROM unnest($1::text[]) AS home RETURNING region, id)
    INSERT INTO messaging_text (region, template, version, lang, wording, subject, body, made_by, created)
    SELECT region, id, version, 'zh_CN', wording, '', body, md5('demonstration')::uuid, $5
    FROM made, (VALUES (1, 'standard', $3::text), (2, 'plain', $4::text)) AS t (version, wording, body)"""


async def world() -> None:
    """Two templates; nothing where somebody has made one already."""
    if await db.fetchval(ANY):
        return
    async with db.transaction():
        for name, standard, plain in TEXTS:
            await db.execute(ADD, HOMES, name, standard, plain, clock.now())
