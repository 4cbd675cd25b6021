"""Struct and errors in, labelled fields out: the same struct that the API reads decides what a form asks.

The kind of a field, its length, whether it must be filled and the keyboard that a phone shows come from the type;
words come from the page. Values and messages of a refused form are kept, so nothing is typed twice (WCAG 3.3.7).
"""

import enum
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import inspect

from backend.core.words import N_

Options = Sequence[tuple[str, str]]
LONG = 300  # characters; above it a text needs more than one line
FEW = 6  # choices; above it a list to open replaces the boxes
AUTOCOMPLETE = {
    "phone": "tel", "mobile": "tel", "name": "name", "full_name": "name", "code": "one-time-code", "email": "email",
    "address": "street-address", "birthday": "bday", "username": "username", "password": "current-password",
}  # fmt: skip
KINDS = {"phone": "tel", "mobile": "tel", "email": "email", "password": "password"}
NUMERIC = {"code", "id_last_four", "pin"}
TYPED_DATE = N_("Like 2026-12-01")  # a date is typed: the browser's own calendar holds the keyboard and is small to hit


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a form. ``kind`` is an input type, or textarea, select, radios, checkboxes, checkbox, hidden."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    chosen: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    error: str = ""
    required: bool = False
    maxlength: int = 0
    inputmode: str = ""
    autocomplete: str = ""
    short: bool = False


def form(
    struct: type[msgspec.Struct],
    values: Mapping[str, object] | msgspec.Struct | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    hints: Mapping[str, str] | None = None,
    options: Mapping[str, Options] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> dict[str, Field]:
    """The fields of a struct by name, in its order. ``labels`` and ``hints`` are message ids."""
    known = _mapping(values)
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    found = {}
    for part in info.fields:
        kind, facts = _kind(part.encode_name, part.type)
        kind = (kinds or {}).get(part.encode_name, kind)
        given = _texts(known.get(part.encode_name))
        choices = tuple((options or {}).get(part.encode_name, ())) or facts.options
        found[part.encode_name] = Field(
            name=part.encode_name,
            label=(labels or {}).get(part.encode_name, part.encode_name.replace("_", " ").capitalize()),
            kind="select" if kind == "radios" and len(choices) > FEW else kind,
            value=given[0] if given else "",
            chosen=given,
            options=choices,
            hint=(hints or {}).get(part.encode_name, facts.hint if kind == "text" else ""),
            error=(errors or {}).get(part.encode_name, ""),
            required=part.required,
            maxlength=facts.maxlength,
            inputmode=facts.inputmode or ("numeric" if part.encode_name in NUMERIC else ""),
            autocomplete=AUTOCOMPLETE.get(part.encode_name, ""),
            short=0 < facts.maxlength <= 20 or part.encode_name in NUMERIC,
        )
    return found


class _Facts(msgspec.Struct, frozen=True):
    options: tuple[tuple[str, str], ...] = ()
    maxlength: int = 0
    inputmode: str = ""
    hint: str = ""


def _kind(name: str, kind: inspect.Type) -> tuple[str, _Facts]:
    if isinstance(kind, inspect.Metadata):
        return _kind(name, kind.type)
    if isinstance(kind, inspect.UnionType):
        return _kind(name, next(part for part in kind.types if not isinstance(part, inspect.NoneType)))
    if isinstance(kind, inspect.BoolType):
        return "checkbox", _Facts()
    if isinstance(kind, inspect.IntType | inspect.FloatType | inspect.DecimalType):
        return "text", _Facts(inputmode="numeric" if isinstance(kind, inspect.IntType) else "decimal")
    if isinstance(kind, inspect.LiteralType):
        return "radios", _Facts(options=tuple((str(value), str(value)) for value in kind.values))
    if isinstance(kind, inspect.EnumType):
        return "radios", _Facts(options=tuple((str(member.value), member.name) for member in kind.cls))
    if isinstance(kind, inspect.DateType):
        return "text", _Facts(maxlength=10, hint=TYPED_DATE)
    if isinstance(kind, inspect.UUIDType):
        return "hidden", _Facts()
    if isinstance(kind, inspect.ListType | inspect.SetType | inspect.FrozenSetType | inspect.VarTupleType):
        return "checkboxes", _kind(name, kind.item_type)[1]
    length = (kind.max_length or 0) if isinstance(kind, inspect.StrType) else 0
    return ("textarea" if length > LONG else KINDS.get(name, "text")), _Facts(maxlength=length)


def _mapping(values: Mapping[str, object] | msgspec.Struct | None) -> Mapping[str, object]:
    if isinstance(values, msgspec.Struct):
        return {field: getattr(values, field) for field in values.__struct_fields__}
    return values or {}


def _texts(value: Any) -> tuple[str, ...]:
    """What was chosen or typed, as the browser sends it."""
    if value is None or value is False or value == "":
        return ()
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(str(item) for item in value)
    if isinstance(value, enum.Enum):
        return (str(value.value),)
    return ("true",) if value is True else (str(value),)
