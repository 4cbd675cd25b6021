"""上门办理: a day's round of visits to people who cannot come to a hall.

Terms: home visit 上门办理, round 上门巡办, window of time 时段, met 已办, not met 未遇.

A visit is planned at the phone desk or a counter for a verified person, taken by a clerk or grid worker of the county,
and ends met or not met. States: planned → met | missed | cancelled. Announces each step; the person is told of each.
"""
