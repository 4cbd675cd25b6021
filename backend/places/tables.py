"""Divisions, halls and days. Statements in ``migrations/`` are the schema; these classes describe it."""

from piccolo.columns import UUID, Boolean, Date, DoublePrecision, SmallInt, Text, Time, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Division(Table, tablename="places_division", db=DB, tags=["reference"]):
    """行政区划: a row from the province to the village. With ``edited_at`` it is a city's own and a reload keeps it."""

    code = Text(primary_key=True, default="")
    parent = Text(default="", help_text="code of the division above; empty for the province")
    level = SmallInt(default=0, help_text="1 province, 2 prefecture, 3 county, 4 township, 5 village or community")
    kind = Text(default="")
    name = Text(default="")
    full_name = Text(default="", help_text="names from the prefecture down, without blanks")
    english = Text(default="", help_text="readable English name; empty where only Chinese is right")
    spelled = Text(default="", help_text="pinyin, a blank between syllables")
    initials = Text(default="")
    urban_rural = Text(default="", help_text="城乡分类代码 of 2016; empty where unknown")
    lat = DoublePrecision(null=True, default=None, help_text="WGS-84 degrees")
    lng = DoublePrecision(null=True, default=None, help_text="WGS-84 degrees")
    coord_source = Text(default="")
    edited_at = Timestamptz(null=True, default=None)


class Hall(Table, tablename="places_hall", db=DB, tags=["regional", "public"]):
    """政务大厅. Its region is the county it stands in, so its slots and appointments are kept there."""

    region = Text(default="")
    id = UUID(primary_key=True)
    code = Text(default="", help_text="R01… listed, D + nine digits derived")
    name = Text(default="")
    english = Text(default="")
    level = Text(default="", help_text="province, prefecture, county or township")
    division = Text(default="", help_text="the division it serves")
    located_in = Text(default="", help_text="the division it stands in; empty where unknown")
    address = Text(default="")
    phone = Text(default="")
    opens = Time(null=True, default=None)
    closes = Time(null=True, default=None)
    lat = DoublePrecision(null=True, default=None)
    lng = DoublePrecision(null=True, default=None)
    status = Text(default="", help_text="derived, listed or confirmed")
    source = Text(default="")
    bookable = Boolean(default=False)
    edited_at = Timestamptz(null=True, default=None)


class Day(Table, tablename="places_day", db=DB, tags=["reference"]):
    """A day of the working calendar (国务院办公厅节假日安排)."""

    day = Date(primary_key=True)
    kind = Text(default="", help_text="workday, weekend, holiday or makeup_workday")
    holiday = Text(default="")
    status = Text(default="", help_text="final, or statutory_only while the arrangement is not published")
    edited_at = Timestamptz(null=True, default=None)
