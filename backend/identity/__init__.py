"""Who acts, for whom, and by what right: residents, staff, sessions, sign-in, assistance.

A *person* (自然人) is a resident, with or without a phone. A *staff member* (工作人员) holds a post in one county and
roles below a division. A *session* (登录) is a random token known to us by its hash only. *Assistance* (帮办代办) is
staff acting for a person who was verified on the phone or at a counter: acting = staff, principal = person.

Roles: ``resident``, ``operator`` (话务员), ``clerk`` (窗口人员), ``manager`` (大厅主任), ``city`` (市级运营).
A *passkey* (通行密钥) is a key on somebody's own device; a *fresh proof* (核实是您本人) renews a session under a new
token; programs hold a signed *access token* that names the session, and a *refresh token* that works once.
Level of assurance: ``phone`` (短信核验), ``counter`` (窗口核验), ``real-name`` (实名认证).
States: person ``active | closed``; staff ``active | ended``.
Announces: PersonRegistered, PersonChanged, SignedIn, SignedOut, ProvedAgain, PasskeyAdded, PasskeyRemoved,
PasskeyCounterFell, TokensIssued, RefreshReused, AssistanceBegun, AssistanceEnded.
Nothing personal is stored in the clear: fields are sealed for their row, look-ups go by keyed fingerprint.
"""
