"""预约: a place at a hall, for everybody and by every way.

Terms: opening rule 开放规则, closure 停办, slot 号源, share 渠道份额, appointment 预约, number 号码, slip 预约单,
no-show 爽约, excuse 爽约说明, share plan 份额方案, release 余号释放, check-in 签到, group of counters 办事区,
general counters 综合窗口, roster 排班, home visit 上门, hold 暂留, waiting list 候补.

A hall opens by its rules and the working calendar; from these a job makes slots ahead. A group has its own rules,
services and way of meeting; a roster of counters may make the places. Whoever changes an opening sees first what that
does; whoever closes a day finds everybody a new time, or has them rung.

The places of a slot are divided into shares by the hall's plan: online, telephone, counter, kiosk, registered helpers.
A share belongs to its channel alone, so that people without a phone find a place too; what stays unused is released by
a stated order a day before. A booking takes a place in the share of the channel it comes by; one statement decides, and
it cannot oversell.

States: booked 已预约 → cancelled 已取消 | moved 已改期 | attended 已到 | missed 爽约.
Events: AppointmentBooked, AppointmentCancelled, AppointmentMoved, AppointmentAttended, AppointmentMissed,
AppointmentExcused, HallClosed, OpeningChanged, SharesChanged, PlacesReleased, WaitJoined, WaitLeft, PlaceOffered,
OfferDeclined, OfferLapsed, KeptPlaceClosed.
"""
