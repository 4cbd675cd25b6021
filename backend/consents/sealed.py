"""What people cannot read in the ledger: fingerprints of public words, no secret."""

from backend.core.sealing import Sealed

SEALED = [Sealed(table="consents_consent", hashes=("words",))]
