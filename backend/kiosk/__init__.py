"""自助终端: the pages of a kiosk itself. Language first, five large ways in, and an end that wipes everything.

A *device* (kiosk or screen) is a noun of identity; here are its doors: the desk page where a manager sets it up, shows
the one-time code and revokes it, the page where the code is typed, the start page, the question before a session ends,
and its end. All other pages are the same as everywhere, shown in kiosk mode while the device's cookie stands.
Announces nothing of its own.
"""
