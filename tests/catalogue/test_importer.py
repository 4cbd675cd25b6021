import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalogue import commands, service, shelves
from backend.catalogue.intake import FIELDS, Intake, _csv_row
from backend.catalogue.schemas import AdoptionRequest, LocalValues, PublicationRequest
from backend.core import db, events
from backend.core.actor import ANONYMOUS, Actor
from tests.identity import factories

JOB = Actor.system("test")
ROW: dict[str, Any] = {
    "id": "GDnew0000001", "name": "测试事项", "main_item": "测试主项", "type": "公共服务", "dept": "某厅",
    "dept_class": "民政", "level": "province", "objects": ["自然人"], "source_themes": None,
    "legal_limit": {"days": None, "unit": None, "raw": None},
    "promised_limit": {"days": 5, "unit": "working_day", "raw": "5(工作日)"}, "visits": 1, "online": True,
    "courier": None, "booking": True, "materials": ["身份证", "照片"], "condition": "年满 60 岁", "fee": None,
    "item_code": "1144", "catalog_code": "4421", "source": "gd_2021", "kind": "apply", "completeness": "A",
    "topics_derived": ["社会救助福利"],
}  # fmt: skip


def jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def refused(path: Path) -> list[tuple[int, str]]:
    intake = Intake(path)
    list(intake.items())
    return [(each.line, each.reason) for each in intake.refused]


@pytest.mark.parametrize("name", shelves.ITEM_FILES)
def test_every_shipped_row_is_taken(name: str) -> None:
    assert refused(shelves.DATA / name) == []


@pytest.mark.parametrize("name", shelves.ITEM_FILES)
async def test_loading_again_changes_nothing(name: str) -> None:
    report = await service.load_items(JOB, shelves.DATA / name)
    assert (report.new, report.changed, report.unchanged) == (0, 0, report.total)


async def test_a_further_part_of_the_catalogue_is_added(tmp_path: Path) -> None:
    file = jsonl(tmp_path / "part.jsonl", ROW, {**ROW, "id": "GDnew0000002", "name": "另一事项"})
    report = await service.load_items(JOB, file)
    assert (report.total, report.new, report.ok) == (2, 2, True)
    assert (await service.load_items(JOB, file)).unchanged == 2
    guide = await service.guide(ANONYMOUS, "GDnew0000001")
    assert guide.materials == ["身份证", "照片"]
    assert guide.source.region_zh == "广东省"
    assert guide.item.essential == "civil-affairs"


async def test_a_changed_row_keeps_what_it_said_before(tmp_path: Path) -> None:
    await service.load_items(JOB, jsonl(tmp_path / "a.jsonl", ROW))
    report = await service.load_items(JOB, jsonl(tmp_path / "b.jsonl", {**ROW, "materials": ["身份证"]}))
    assert (report.new, report.changed) == (0, 1)
    history = await service.versions(ANONYMOUS, "GDnew0000001")
    assert history.revision == 2
    assert history.earlier[0].values["materials"] == ["身份证", "照片"]


async def test_valid_rows_load_and_every_refused_row_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mixed.jsonl"
    lines = [
        json.dumps(ROW), "", "{not json", '"text"', json.dumps({"id": "A1", "source": "gd_2021"}),
        json.dumps({**ROW, "id": "B2", "visits": -1}), json.dumps({**ROW, "id": "../etc"}),
        json.dumps({**ROW, "id": "C3", "source": "nowhere_2020"}), json.dumps(ROW),
        json.dumps({**ROW, "id": "D4", "name": "坏\u202e名"}),
        json.dumps({**ROW, "id": "E5", "legal_limit": {"days": 3, "unit": None}}),
    ]  # fmt: skip
    file.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    out = tmp_path / "refused.csv"
    assert await commands.load_items([str(file), "--refused", str(out)]) == 1
    told = capsys.readouterr()
    assert "11 rows: 1 new, 0 changed, 0 unchanged, 10 refused" in told.out
    with out.open(encoding="utf-8", newline="") as written:
        reasons = {int(row["line"]): row["reason"] for row in csv.DictReader(written)}
    assert set(reasons) == {3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
    assert "not JSON" in reasons[3]
    assert "name" in reasons[5]
    assert reasons[6].startswith("visits:")
    assert "sources.csv" in reasons[8]
    assert reasons[9] == "id: the same id stands in line 1"
    assert reasons[11] == "legal_limit: days and unit belong together"
    assert "UTF-8" in reasons[12]
    assert all(f"line {line}" in told.err for line in reasons)


async def test_a_source_nobody_knows_may_describe_itself(tmp_path: Path) -> None:
    row = {**ROW, "source": "harbin_2026", "source_region": "哈尔滨市", "as_of": "2026-10"}
    assert (await service.load_items(JOB, jsonl(tmp_path / "own.jsonl", row))).new == 1
    note = (await service.guide(ANONYMOUS, "GDnew0000001")).source
    assert (note.region_zh, note.as_of) == ("哈尔滨市", "2026-10")


async def test_unknown_columns_are_told_and_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await commands.load_items([str(jsonl(tmp_path / "more.jsonl", {**ROW, "colour": "red"}))]) == 0
    assert "column 'colour' is not read (1 rows)" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_the_same_items_come_from_csv(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "items.csv"
    with file.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, list(ROW))
        writer.writeheader()
        writer.writerow({key: json.dumps(v) if isinstance(v, (list, dict)) else v for key, v in ROW.items()})
    assert (await service.load_items(JOB, file)).new == 1
    assert (await service.load_items(JOB, jsonl(tmp_path / "same.jsonl", ROW))).unchanged == 1


async def test_a_spreadsheet_may_write_lists_and_limits_its_own_way(tmp_path: Path) -> None:
    file = tmp_path / "plain.csv"
    file.write_text(
        "id,name,source,materials,online,visits,promised_limit_days,promised_limit_unit\n"
        "P1,一项,gd_2021,身份证；照片,是,0,7,working_day\n"
        "P2,二项,gd_2021,身份证,也许,0,,\n"
        "P3,三项,gd_2021,身份证,否,两次,,\n"
        "P4,四项,gd_2021,身份证,否,1,,,多一列\n",
        "utf-8",
    )
    report = await service.load_items(JOB, file)
    assert report.new == 1
    assert [each.line for each in report.refused] == [3, 4, 5]
    item = await service.item(ANONYMOUS, "P1")
    assert (item.materials, item.online, item.promised_days) == (["身份证", "照片"], True, 7)


async def test_a_missing_file_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert await commands.load_items(["/nowhere.jsonl"]) == 2
    assert "is not a file" in capsys.readouterr().err


async def test_an_item_that_comes_under_the_gate_is_taken_down_where_no_offline_way_is(tmp_path: Path) -> None:
    free = {**ROW, "name": "某登记", "main_item": "某登记", "dept_class": "公安", "topics_derived": []}
    await service.load_items(JOB, jsonl(tmp_path / "a.jsonl", free))
    city = factories.actor_for(await factories.city(region="230103"))
    for region, local in (("230103", LocalValues(fee="免费")), ("230102", LocalValues(phone="12345"))):
        actor = city if region == "230103" else factories.actor_for(await factories.city(region=region))
        await service.adopt(actor, ROW["id"], AdoptionRequest(region=region, local=local))
        await service.publish(actor, ROW["id"], PublicationRequest(region=region, version=1))
    await service.load_items(JOB, jsonl(tmp_path / "b.jsonl", ROW))
    assert not (await service.guide(ANONYMOUS, ROW["id"], "230103")).adopted
    assert (await service.guide(ANONYMOUS, ROW["id"], "230102")).adopted
    history = await service.versions(city, ROW["id"], "230103")
    assert history.local[0].step == "withdrawn" and "第三十九条" in history.local[0].reason


async def test_a_load_is_announced_and_bears_a_repeat(tmp_path: Path) -> None:
    await service.load_items(JOB, jsonl(tmp_path / "a.jsonl", ROW))
    assert await db.fetchval(
        "SELECT count(*) FROM core_announcement WHERE name = 'CatalogueChanged' AND delivered_at IS NULL"
    )
    while await events.relay():
        pass
    assert not await db.fetchval("SELECT count(*) FROM core_announcement WHERE delivered_at IS NULL")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(max_size=8), VALUES, max_size=12)


@settings(max_examples=150)
@given(rows=st.lists(ROWS, max_size=5))
def test_any_row_is_an_item_or_a_refusal(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_text("".join(json.dumps({**ROW, **row}) + "\n" for row in rows), "utf-8")
    intake = Intake(file)
    taken = list(intake.items())
    assert len(taken) + len(intake.refused) == intake.total == len(rows)
    for item, mark in taken:
        assert item.id and item.name and item.themes and len(mark) == 64


@settings(max_examples=100)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_to_the_end(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("any.jsonl", "any.csv"):
        file = tmp_path_factory.getbasetemp() / name
        file.write_bytes(data)
        intake = Intake(file)
        assert len(list(intake.items())) + len(intake.refused) == intake.total


@given(row=st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=20), max_size=10))
def test_any_csv_row_is_values_or_a_reason(row: dict[str | None, Any]) -> None:
    found = _csv_row(row)
    assert isinstance(found, (dict, ValueError))
