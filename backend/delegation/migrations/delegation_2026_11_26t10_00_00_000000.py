"""Mandates, their steps, and what was taken back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "mandates, their steps, and what was taken back"
REASONS = "('expired', 'revoked', 'given-up', 'vetoed', 'declined', 'withdrawn')"

UP = [
    f"""CREATE TABLE delegation_mandate (
        region text NOT NULL CONSTRAINT delegation_mandate_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        principal uuid NOT NULL,
        delegate uuid,
        scopes text[] NOT NULL CONSTRAINT delegation_mandate_scopes_ck CHECK (cardinality(scopes) BETWEEN 1 AND 50),
        items text[] NOT NULL CONSTRAINT delegation_mandate_items_ck CHECK (cardinality(items) <= 50),
        basis text NOT NULL CONSTRAINT delegation_mandate_basis_ck CHECK (basis IN
            ('own-consent', 'counter-consent', 'phone-consent', 'guardian', 'statutory-guardian', 'one-time')),
        evidence bytea,
        relation bytea,
        called bytea,
        phone bytea,
        phone_index bytea,
        code bytea,
        code_index bytea,
        request bytea NOT NULL,
        state text NOT NULL CONSTRAINT delegation_mandate_state_ck CHECK (state IN ('invited', 'accepted', 'ended')),
        ended_why text CONSTRAINT delegation_mandate_why_ck CHECK (ended_why IN {REASONS}),
        invited_at timestamptz NOT NULL,
        invited_until timestamptz NOT NULL,
        accepted_at timestamptz,
        sensitive_from timestamptz,
        starts timestamptz NOT NULL,
        ends timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT delegation_mandate_pk PRIMARY KEY (region, id),
        CONSTRAINT delegation_mandate_request_uq UNIQUE (region, request),
        CONSTRAINT delegation_mandate_self_ck CHECK (principal <> delegate),
        CONSTRAINT delegation_mandate_year_ck
            CHECK (ends > starts AND (basis = 'guardian' OR ends <= starts + interval '1 year 1 day')),
        CONSTRAINT delegation_mandate_accepted_ck
            CHECK (state <> 'accepted' OR (delegate IS NOT NULL AND accepted_at IS NOT NULL)),
        CONSTRAINT delegation_mandate_ended_ck
            CHECK ((state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (ended_why IS NOT NULL)))""",
    "CREATE INDEX delegation_mandate_principal_ix ON delegation_mandate (principal, id DESC)",
    "CREATE INDEX delegation_mandate_delegate_ix ON delegation_mandate (delegate, id DESC) WHERE delegate IS NOT NULL",
    "CREATE INDEX delegation_mandate_phone_ix ON delegation_mandate (phone_index) WHERE state = 'invited'",
    """CREATE UNIQUE INDEX delegation_mandate_code_uq ON delegation_mandate (region, code_index)
        WHERE state = 'invited'""",
    "CREATE INDEX delegation_mandate_due_ix ON delegation_mandate (ends) WHERE state <> 'ended'",
    """CREATE TABLE delegation_step (
        region text NOT NULL CONSTRAINT delegation_step_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        mandate uuid NOT NULL,
        kind text NOT NULL CONSTRAINT delegation_step_kind_ck CHECK (kind IN ('invitation', 'acceptance', 'refusal',
            'withdrawal', 'veto', 'revocation', 'resignation', 'extension', 'expiry')),
        at timestamptz NOT NULL,
        acting uuid,
        person uuid,
        basis text NOT NULL,
        channel text NOT NULL,
        assistance uuid,
        why bytea,
        CONSTRAINT delegation_step_pk PRIMARY KEY (region, id),
        CONSTRAINT delegation_step_mandate_fk FOREIGN KEY (region, mandate)
            REFERENCES delegation_mandate (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX delegation_step_mandate_ix ON delegation_step (region, mandate, id)",
    """CREATE TABLE delegation_takeback (
        region text NOT NULL CONSTRAINT delegation_takeback_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        principal uuid NOT NULL,
        delegate uuid NOT NULL,
        subject uuid NOT NULL,
        at timestamptz NOT NULL,
        acting uuid NOT NULL,
        channel text NOT NULL,
        CONSTRAINT delegation_takeback_pk PRIMARY KEY (region, id),
        CONSTRAINT delegation_takeback_uq UNIQUE (region, subject, delegate))""",
    "CREATE INDEX delegation_takeback_pair_ix ON delegation_takeback (principal, delegate)",
    # What others did for a person, and what a person did for others, among a million acts of one's own.
    """CREATE INDEX core_announcement_done_for_ix ON core_announcement (principal, id)
        WHERE basis IN ('delegation', 'assisted')""",
    "CREATE INDEX core_announcement_done_by_ix ON core_announcement (acting, id) WHERE basis = 'delegation'",
]


async def forwards() -> MigrationManager:
    """Create the tables and indexes."""
    return sql_migration(ID, "delegation", DESCRIPTION, UP)
