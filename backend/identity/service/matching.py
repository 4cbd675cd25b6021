"""Whether what somebody typed at a machine fits a person of the register, without telling anything about them."""

import hmac
from uuid import UUID

from backend.core import db
from backend.identity.sealed import unseal

ROW = "SELECT phone, document FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"


async def ends_with(person: UUID, digits: str) -> bool:
    """Whether the phone number or the identity number of the person ends with these four signs."""
    row = await db.fetchrow(ROW, person)
    if row is None or len(digits) != 4:
        return False
    typed = digits.upper().encode()
    known = [unseal("person", person, field, row[field])[-4:].encode() for field in ("phone", "document")]
    return any(hmac.compare_digest(each, typed) for each in known if each)
