"""What a text that somebody sends back means."""

import unicodedata

# What people are used to: 回T退订, 回复TD退订 and 拒收请回复R; from abroad STOP, UNSUBSCRIBE, START and UNSTOP.
STOPS = frozenset({"stop", "stopall", "unsubscribe", "t", "td", "r", "退订", "退定", "拒收", "取消订阅"})
STARTS = frozenset({"start", "unstop", "subscribe", "开通", "恢复", "恢复短信", "订阅", "重新订阅"})
YES = frozenset({"1", "来", "y", "yes", "是", "收到", "已收到", "知道了"})
NO = frozenset({"2", "不来", "不来了", "no", "取消"})


def meaning(text: str) -> str:
    """``stop``, ``start``, ``yes``, ``no``, or empty for what a person has to read.

    Full-width signs and a full stop are fine.
    """
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.!,;").strip().casefold()
    if said in STOPS:
        return "stop"
    return "start" if said in STARTS else "yes" if said in YES else "no" if said in NO else ""
