"""The values that items and their local versions are made of."""

from typing import Annotated, Literal

import msgspec

Kind = Literal["apply", "lookup"]
Unit = Literal["working_day", "calendar_day", "immediate"]
Essential = Literal["", "medical", "social-security", "civil-affairs", "payment"]
State = Literal["draft", "published", "withdrawn"]
Origin = Literal["local", "law", "law-general", "reference", "unknown"]
Answer = Literal["yes", "no", "sometimes"]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
Visits = Annotated[int, msgspec.Meta(ge=0, le=20)]
Material = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
DialNumber = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^(\+?[0-9][0-9 \-]{2,19})?$")]
