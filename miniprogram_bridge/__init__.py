"""小程序桥: the door for mini-programs of other hosts.

A host (WeChat, Alipay, UnionPay …) vouches for its user; the bridge turns that into an ``Actor`` with
``channel="miniprogram"`` and calls the same verbs as every other door. Which verbs a host may call is listed by each
slice in its ``capabilities.py`` (能力): name, scope, consent sentence, rate. The adapters and the JavaScript SDK are
not built yet; nothing here answers a request.
"""
