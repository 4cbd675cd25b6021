"""Passwords of staff: long and not on the list that everybody tries first; no rules of composition (NIST 800-63B)."""

import re
import unicodedata
from itertools import pairwise

SHORTEST = 12
LONGEST = 200
# Of twelve signs and more, from public lists of what is tried first; shorter ones are refused for their length.
TRIED_FIRST = """
123456789012 1234567890123 12345678901234 123456789123 012345678901 123123123123 111222333444 112233445566
123456123456 12345678910 1234567891011 987654321098 147258369147 147258369000 159357456852 147896325000 password1234
password12345 password123456 passwordpassword mypassword123 adminadmin123 admin1234567 administrator administrator1
administrator123 administrators qwertyuiop123 qwertyuiop12 qwertyuiopas qwertyqwerty qwerty123456 qwerty1234567
asdfghjkl123 asdfghjklzxc zxcvbnm12345 1qaz2wsx3edc 1q2w3e4r5t6y 1qazxsw23edc q1w2e3r4t5y6 qazwsxedcrfv 1234qwerasdf
qwer1234asdf abcd12345678 abc123456789 abcdefghijkl abcdefg123456 a12345678910 a123456789012 aa1234567890
aaa123456789 woaini123456 woaini1314520 woaini520131 woaini5201314 5201314520131 52013145201314 13145201314520
iloveyou1234 iloveyou12345 iloveyouforever letmein12345 letmeinletmein welcome12345 welcome123456 changeme1234
changeme12345 changemechangeme changethispassword correcthorsebatterystaple p@ssw0rd1234 p@ssword1234 passw0rd1234
p@ssw0rdp@ssw0rd 1password1password harbin123456 heilongjiang heilongjiang1 heilongjiang123 haerbin123456
longjiang123456 zhengwu123456 zhongguo123456 beijing12345 beijing2008 beijing20082008 linlilinlilinli superman12345
football1234 baseball1234 princess1234 sunshine1234 dragon123456 monkey123456 shadow123456 master123456 secretsecret
topsecret123 trustno1trustno1 computer1234 internet1234 whatever1234 qweasdzxc123 qweasdzxc1234 zaq12wsxcde3
zaqwsxcderfv asdasdasdasd asdfasdfasdf qweqweqweqwe zxczxczxczxc testtesttest test12345678 guestguest123
useruseruser rootrootroot toortoortoor default12345
"""
COMMON = frozenset(TRIED_FIRST.split())


def too_easy(password: str, login: str) -> bool:
    """Whether a password is among those tried first: on the list, the login name itself, one sign or a plain row."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    bare = re.sub(r"\W", "", plain)
    return (
        plain in COMMON or bare in COMMON
        or len(set(plain)) <= 3
        or _in_a_row(plain)
        or (len(login) > 3 and bare.strip("0123456789") in {login.casefold(), re.sub(r"\W", "", login.casefold())})
    )  # fmt: skip


def _in_a_row(text: str) -> bool:
    """``abcdefghijkl``, ``987654321098``: each sign follows the one before, up or down, digits around the corner."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return (text.isdigit() and steps <= {1}) or (text.isdigit() and steps <= {9}) or _rising(text)


def _rising(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})
