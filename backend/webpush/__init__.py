"""Messages on the person's own device (浏览器通知): Web Push, RFC 8030, 8291, 8292.

A *subscription* (订阅) is one browser of one person: the address at its push service and the keys under which only
that browser can read. Push services are named in advance (``rules.SERVICES`` and the setting ``push_hosts``). Those we
name are all abroad, so what goes there carries no content: "a new message" and where to read it. Best effort: several
services cannot be reached from the mainland, and many browsers have none; another channel follows when no receipt
comes.

States: a subscription is there or it is not; one that its service no longer knows is deleted.
"""
