"""上门办理: a day's round of visits to people who cannot come to a hall.

Terms: home visit 上门办理, round 上门巡办, window of time 时段, to assign 派单, to give back 退回, met 已办,
not met 未遇, staff number 工号.

A visit is planned at the phone desk or a counter for a verified person, taken by a clerk or grid worker of the county
or given to one by the manager, and ends met or not met; then another time is agreed, at once or by phone. Whoever is on
leave cannot be sent, and what falls into a leave goes to the stand-in. The person hears who comes, with the number on
the staff card and four digits that the visitor says at the door.
States: planned → met | missed | cancelled. Announces each step; the person is told of each.
"""
