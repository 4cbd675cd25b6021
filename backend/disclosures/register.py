"""What is kept of questions about reads, and of the chain of the trail."""

from backend.core.register import Held

HELD = [
    Held(
        table="disclosures_question",
        purpose="A person asked what a read of their data was for, and the answer (个人信息保护法 arts. 44, 50)",
        person="person",
        forever="the answer explains a record of the trail, which is never deleted either",
        internal="region id view reader_role what purpose read_at due asked answered",
        personal="person reader answered_by",
        sensitive="text answer",
    ),
    Held(
        table="core_link",
        purpose="Proof that announcements and reads were not changed afterwards",
        forever="a chain with a link missing proves nothing; it holds fingerprints and ids, no content",
        internal="region seq kind ids digests top previous hash at",
    ),
    Held(
        table="core_head",
        purpose="Signed states of the chains",
        forever="a chain is held against its oldest heads too",
        internal="region seq hash at key signature",
    ),
]
