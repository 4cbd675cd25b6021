"""授权同意: what a person agreed to, in which words, when, by whom, and when they took it back.

Terms: purpose 目的, version 版本, consent 同意, withdrawal 撤回, separate consent 单独同意, guardian 监护人.

A *purpose* is data (``data/purposes.csv``) and has versions; a new version asks again. The ledger only grows: each row
is a consent or a withdrawal, with the fingerprint of the words that were shown. Taking back is as easy as agreeing.
Nothing that a person came for is refused because they refuse something else (个人信息保护法 arts. 13–16, 23, 29, 31).

States: given 已同意 → withdrawn 已撤回.
Announces: ConsentGiven, ConsentWithdrawn.
This slice knows people by their ids only, so that everybody below and beside may ask it.
"""
