"""我的信息: what is kept of a person, shown, copied, corrected, deleted, and forgotten when its time has come.

Terms: field register 个人信息登记, export 导出, correction 更正, closing 注销, legal hold 依法留存, retention 保存期限.

The register is data beside the tables (``register.py`` of each slice); holdings (``holdings.py``) show a slice's rows.
A *correction* is asked for by the person and decided by a clerk who sees the card. A *closing* waits seven days, then
deletes everything that no duty keeps; what stays and until when is said before. A *run* is the proof of a nightly
deletion for one table.

States: correction asked 待核对 → granted 已更正 | refused 未更正 | withdrawn 已撤回;
closing asked 待注销 → taken-back 已撤回 | closed 已注销.
Announces: DataExported, CorrectionAsked, CorrectionDecided, ClosingAsked, ClosingTakenBack, AccountClosed, HoldPlaced,
HoldLifted.
"""
