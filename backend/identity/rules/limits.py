"""How often something may be tried: limits after NIST SP 800-63B and the habits of login.gov."""

import re
from datetime import timedelta

LOGIN = re.compile(r"^[a-z][a-z0-9.\-]{1,39}$")
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODE_LIMITS = ((1, 60), (5, 3600), (10, 86400))
CODES_PER_ADDRESS = (25, 300)
CODES_PER_HOUR = 20_000  # the whole province: above it somebody is pumping messages
GUESSES_PER_ADDRESS = (60, 300)
STAFF_TRIES_PER_ADDRESS = (20, 60)
PASSWORD_TRIES = 5
LOCKED_FOR = timedelta(minutes=30)
DEVICE_CODE_LIFE = timedelta(minutes=10)
DEVICE_CODES_PER_ADDRESS = (10, 300)
REAL_NAME_CHECKS = (5, 86400)  # by one person in a day
