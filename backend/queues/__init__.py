"""排队叫号: the day at a hall, from taking a number to being called, fair to everybody who waits.

Terms: ticket 号票, take a number 取号, check in 签到, call 叫号, recall 再叫, missed 过号, counter 窗口, screen 大屏,
position 排队进度, green lane 绿色通道 (elders, disabled, pregnant, with small children, soldiers: said, never proved).

Everybody waits in one queue of the hall: with an appointment, from the street, or in the green lane. Which of them is
next is decided by one rule with a stated bound, the same for every counter; see ``rules.next_up``.

States: waiting 等候 → called 已叫号 → serving 办理中 → done 已办结; aside from these missed 过号 and held 挂起 (both
come back), parked 待补材料, left 已离开.
"""
