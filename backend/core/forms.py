"""Reads an HTML form into the same struct that the API takes, and collects every error, not only the first."""

import re
from datetime import time
from typing import Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

import msgspec
from litestar.connection import Request
from litestar.datastructures import FormMultiDict

from backend.core.problems import Invalid
from backend.core.schemas import about_text, clean
from backend.core.words import N_

T = TypeVar("T", bound=msgspec.Struct)
CLOCK = re.compile(r"^[0-9]{2}:[0-9]{2}$")
CHOOSE, FILL = N_("Please choose one of the answers"), N_("Please fill this in")
NOT_FIELDS = {"csrf", "next"}
CHOSEN = (Literal, UUID, list, tuple, set, frozenset)  # what nobody types: a person picks it


async def read(request: Request[Any, Any, Any], struct: type[T], *, messages: dict[str, str] | None = None) -> T:
    """The form as ``struct``; raises ``Invalid`` with a message for each bad field. ``messages`` overrides by field."""
    return parse(await request.form(), struct, messages=messages)


async def raw(request: Request[Any, Any, Any]) -> dict[str, str]:
    """What was typed, for showing the form again."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str) and name != "csrf"}


def parse(form: "FormMultiDict | dict[str, Any]", struct: type[T], *, messages: dict[str, str] | None = None) -> T:
    """As ``read``, from a form already at hand."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in msgspec.structs.fields(struct):
        given = _given(form, field.encode_name, field.type)
        if given is None:
            if field.required:
                errors[field.encode_name] = CHOOSE if _kind(field.type) in CHOSEN else FILL
            continue
        try:
            values[field.encode_name] = _convert(given, field.type)
        except (msgspec.ValidationError, ValueError) as error:
            errors[field.encode_name] = _sentence(error)
    unknown = {str(key) for key in form} - NOT_FIELDS - {field.encode_name for field in msgspec.structs.fields(struct)}
    if unknown:
        errors.update({name: N_("This field is not known here") for name in unknown})
    if errors:
        raise Invalid({name: (messages or {}).get(name, text) for name, text in errors.items()})
    return _build(values, struct, messages or {})


def _build(values: dict[str, Any], struct: type[T], messages: dict[str, str]) -> T:
    try:
        return msgspec.convert(values, struct)
    except (msgspec.ValidationError, ValueError) as error:
        field = str(error).rpartition("$.")[2].rstrip("`") if "$." in str(error) else "form"
        raise Invalid({field: messages.get(field, _sentence(error))}) from error


def _given(form: Any, name: str, kind: Any) -> Any:
    """What the form holds for a field: a list for list fields, None for nothing or blank text."""
    if get_origin(_plain(kind)) in (list, tuple, set, frozenset):
        return [
            each for each in (form.getall(name, []) if hasattr(form, "getall") else form.get(name, [])) if each != ""
        ]
    value = form.get(name)
    if isinstance(value, str):
        return value.strip() or None
    return value


def _kind(kind: Any) -> Any:
    """What a type is made of: ``Literal`` of a choice, ``list`` of a list."""
    return get_origin(_plain(kind)) or _plain(kind)


def _plain(kind: Any) -> Any:
    """The type without ``Annotated`` and without ``None``."""
    if hasattr(kind, "__metadata__"):
        return _plain(get_args(kind)[0])
    if get_origin(kind) is Union or type(kind).__name__ == "UnionType":
        rest = [each for each in get_args(kind) if each is not type(None)]
        return _plain(rest[0]) if len(rest) == 1 else kind
    return kind


def _convert(given: Any, kind: Any) -> Any:
    if _plain(kind) is bool:
        return given in ("on", "true", "1", True)
    if isinstance(given, str):
        given = clean(given)
    if _plain(kind) is time and CLOCK.match(str(given)):
        given = f"{given}:00"  # browsers send hours and minutes, RFC 3339 wants seconds
    return msgspec.convert(given, kind, strict=False)


def _sentence(error: Exception) -> str:
    """A sentence for a person, from msgspec's message for programmers."""
    text = str(error)
    if said := about_text(text):
        return said
    if "Invalid enum" in text:
        return CHOOSE
    if "missing required field" in text:
        return FILL
    if "encoded date" in text:
        return N_("Write the day like 2026-12-01")
    if "Expected `int" in text:
        return N_("Write a number in digits")
    return N_("Please check this")
