"""渠道公平报告: who got places at halls through which channel, by age and district; open to everybody, once a month.

Terms: parity report 渠道公平报告, channel 渠道, age group 年龄段, suppression 小数抑制.

A report counts people, not appointments: each counts once a month, with the first place that they got anywhere. It is
made once after the month's end, never changed, and holds no count below ten nor one that could be had by subtraction
(``core.suppression``). So two reports cannot be held against each other to find a person.
Announces: ReportsMade.
"""
