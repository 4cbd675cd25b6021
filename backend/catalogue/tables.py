"""Rows of the catalogue. The province list is the same everywhere; adoptions belong to a county."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Item(Table, tablename="catalogue_item", db=DB, tags=["reference"]):
    """政务服务事项. NULL means that the source does not say; it is shown as "not published"."""

    id = Text(primary_key=True, default="")
    code = Text(null=True, default=None)
    catalog_code = Text(null=True, default=None)
    name = Text(default="")
    main_item = Text(null=True, default=None)
    type = Text(null=True, default=None)
    dept = Text(null=True, default=None)
    dept_class = Text(null=True, default=None)
    level = Text(null=True, default=None)
    kind = Text(default="apply")
    served = Array(base_column=Text(), null=True, default=None, db_column_name="objects")  # Table.objects is Piccolo's
    themes = Array(base_column=Text(), default=list)
    source_themes = Array(base_column=Text(), null=True, default=None)
    topics = Array(base_column=Text(), null=True, default=None)
    legal_days = Integer(null=True, default=None)
    legal_unit = Text(null=True, default=None)
    legal_raw = Text(null=True, default=None)
    promised_days = Integer(null=True, default=None)
    promised_unit = Text(null=True, default=None)
    promised_raw = Text(null=True, default=None)
    visits = Integer(null=True, default=None)
    online = Boolean(null=True, default=None)
    courier = Boolean(null=True, default=None)
    booking = Boolean(null=True, default=None)
    materials = Array(base_column=Text(), null=True, default=None)
    condition = Text(null=True, default=None)
    fee = Text(null=True, default=None)
    note = Text(null=True, default=None)
    law = Text(null=True, default=None)
    law_version = Text(null=True, default=None)
    article = Text(null=True, default=None)
    quote = Text(null=True, default=None)
    source = Text(default="")
    source_region = Text(default="")
    as_of = Text(default="")
    completeness = Text(null=True, default=None)
    essential = Text(default="")
    sort = Integer(default=0)
    revision = Integer(default=1)
    fingerprint = Text(default="")
    changed_at = Timestamptz()


class ItemVersion(Table, tablename="catalogue_item_version", db=DB, tags=["reference"]):
    """What an item said before an import changed it. Append-only."""

    id = UUID(primary_key=True, default=None)
    item = Text(default="")
    revision = Integer(default=1)
    values = JSONB(default="{}")
    replaced_at = Timestamptz()


class Adoption(Table, tablename="catalogue_adoption", db=DB, tags=["regional", "shown:state <> 'draft'"]):
    """县级认领: a county's own values for an item; ``local`` is the working copy."""

    region = Text(default="")
    id = UUID(primary_key=True, default=None)
    item = Text(default="")
    state = Text(default="draft")
    essential = Text(default="")
    version = Integer(default=1)
    local = JSONB(default="{}")
    live_version = Integer(null=True, default=None)
    effective_from = Date(null=True, default=None)
    updated_at = Timestamptz()


OPENED = "shown:step IN ('published', 'withdrawn')"


class AdoptionVersion(Table, tablename="catalogue_adoption_version", db=DB, tags=["regional", OPENED]):
    """Every change of an adoption. Append-only; a published row without an offline way is refused by CHECK."""

    region = Text(default="")
    id = UUID(primary_key=True, default=None)
    adoption = UUID(default=None)
    version = Integer(default=1)
    step = Text(default="adopted")
    essential = Text(default="")
    local = JSONB(default="{}")
    effective_from = Date(null=True, default=None)
    at = Timestamptz()
    by = UUID(null=True, default=None)
    reason = Text(default="")
