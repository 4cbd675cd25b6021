"""话务代办: one caller, one screen – who, what, where, when – usable while talking, with the words to read aloud.

Terms: operator 话务员, caller 来电人, draft 草稿 (what the operator has typed in the running call).

Keeps only the draft: sealed, one for each operator, so that nothing is lost when the call or the page drops. It is
wiped when the call ends, and worth nothing after half an hour. Finding, verifying and booking are verbs of identity
and of appointments.
"""
