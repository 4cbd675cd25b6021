"""What we tell people (消息通知): one row for each message, sealed, and how it went out.

A *message* goes to a person or to a phone number, on a channel (``sms``; calls and letters wait for staff), in the
language of the receiver. States: ``shown`` (demonstration inbox), ``queued``, ``sent``, ``failed``, ``unsent`` (nothing
is set up to send it).
"""
