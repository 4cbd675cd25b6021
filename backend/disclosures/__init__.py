"""Who read my data (谁看过我的信息): every read by staff or a helper, why, and an answer to "what for?".

A *disclosure* (查看记录) is one or several reads by the same person for the same purpose within an hour; the rows are
``core_view``, written by ``core.trail`` in the transaction of the read, so a read is there at once. A *question*
(问一问) asks what a read was for; staff who watch over reads answer it within three working days (工作日).

States: question ``asked | answered``; ``overdue`` when the day has passed.
Announces: DisclosureQuestioned, DisclosureAnswered.
Nobody else can look or ask under a mandate: whoever acts for somebody must not see who watches them.
"""
