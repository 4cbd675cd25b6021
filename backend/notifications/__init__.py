"""What we tell people (消息通知): one row for each message, sealed, how it went out, and who told it in the end.

A *message* goes to a person or to a phone number, in the language of the receiver. Every message to a person is in
their *inbox* (消息), with what to do next. *Wishes* (消息设置) say how, when and on which numbers they are told. What
no machine delivers comes on the *call list* (电话和上门通知): somebody rings or knocks, one at a time, and records
what came of it.

States: ``shown`` (demonstration inbox), ``queued``, ``sent``, ``failed``, ``unsent`` (nothing is set up to send it),
``calling`` (on the call list), ``reached`` (by a person), ``unreached``, ``read`` (before anybody had to call).
"""
