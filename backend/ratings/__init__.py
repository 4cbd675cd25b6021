"""好差评: what people say of a visit to a hall, and what follows when it was bad (国办发〔2019〕51号).

Terms: rating 评价, level 满意度, low rating 差评, rectification 差评整改, call-back 回访.

A *visit* is what can be rated, once: an errand finished at a counter, or an appointment that was kept. A *link* opens
it without signing in: from a message for 30 days, or from the slip in somebody's hand. A *rating* may be changed for a
day. A low one starts a *case* with a clock: first contact within one working day, done within fifteen.

States of a case: received 已受理 → contacted 已联系 → rectified 已整改 → confirmed 已确认 | reopened 重新整改 (from
there on again); withdrawn 已撤回 when the person changed their mind in time.
Announces: VisitRated, RectificationMoved.
"""
