"""亲友代办: acting for somebody else, by a mandate that both know, that ends, and that can be taken back at once.

Terms: mandate 委托, principal 委托人, delegate 代办人, scope 范围, invitation 邀请, acceptance 同意代办,
cooling-off 冷静期, veto 不同意, revocation 收回, resignation 不再代办, takeback 收回这件事, guardian 监护人,
take up / lay down 开始替人办 / 结束.

The principal consents on their own account, or to staff at a counter or on the telephone. What a mandate covers are
scopes of ``core.policy`` and, if named, service items; what has no scope can never be done for somebody else: money,
address, telephone, recovery of an account, privacy, and mandates themselves. Sensitive scopes count a day after the
acceptance. Each act tells the principal on the channel that they chose and that a delegate cannot change.

States: invited 待同意 → accepted 已同意 (waiting 未开始, cooling 冷静期, active 有效: by the clock) → ended 已结束
(expired 到期 | revoked 已收回 | given-up 不再代办 | vetoed 不同意 | declined 已谢绝 | withdrawn 已撤回).
Announces: MandateInvited, MandateAccepted, MandateEnded, MandateExtended, TakenUp, LaidDown, TakenBack.
"""
