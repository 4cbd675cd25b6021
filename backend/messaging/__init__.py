"""Messages by others and to many (对外通知接口、群发、应急通知).

A *service* (接入系统) of an organisation sends through its *keys* (密钥), over the v2 interface of GOV.UK Notify: any
of its official clients works unchanged. A *template* (消息模板) is data: a text for each language and wording, in
versions that stay. A city may also *reword* (改写) what our own code says, while its placeholders stay.

A *broadcast* (群发) goes to everybody of an area, in bounded pieces that delay nothing else. An *emergency* (应急通知)
is one that goes by all channels at once, is *acknowledged* (确认收到) by those it reaches, and leaves a list of those
*not reached* (未联系上) for grid workers. A *drill* (演练) is the same and says so everywhere; a real one needs two.

States of a broadcast: ``waiting`` (for the second person), ``running``, ``stopped``, ``over``, ``refused``.
"""
