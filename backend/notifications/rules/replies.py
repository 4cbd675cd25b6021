"""What a text that somebody sends back means."""

import unicodedata

STOPS = frozenset({"stop", "t", "td", "退订", "退定"})
YES = frozenset({"1", "来", "y", "yes", "是", "收到", "已收到", "知道了"})
NO = frozenset({"2", "不来", "不来了", "no", "取消"})


def meaning(text: str) -> str:
    """``stop``, ``yes``, ``no``, or empty for what a person has to read; full-width signs and a full stop are fine."""
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.!,;").strip().casefold()
    return "stop" if said in STOPS else "yes" if said in YES else "no" if said in NO else ""
