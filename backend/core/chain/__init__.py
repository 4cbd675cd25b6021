"""The trail cannot be changed unseen: announcements and reads of a division are links of a chain, its heads are signed.

The acts themselves pay nothing: a *sealer* follows a second or two behind and binds new rows, by their digests, to
the link before. *Heads* are signed each hour and leave the house by a file and the log: whoever owns the database could
make a chain anew, but no head that fits it. The *verifier* names every row that was changed, removed, inserted or
exchanged afterwards. Why so: ``backend/decisions/0014-the-trail-is-a-chain.md``.
"""

from backend.core.chain.heads import sign_heads
from backend.core.chain.sealing import run_sealer, seal
from backend.core.chain.verifying import Finding, Report, verify

__all__ = ["Finding", "Report", "run_sealer", "seal", "sign_heads", "verify"]
