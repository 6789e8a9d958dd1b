"""Remember when a page was last asked for, and how many listings a run left unasked because their page was not due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog.columns import UTCDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add both; a page that was never asked for since it was read was asked for then."""
    op.add_column("page", sa.Column("asked_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE page SET asked_at = fetched_at")
    op.add_column("source_run", sa.Column("unasked", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop both."""
    op.drop_column("source_run", "unasked")
    op.drop_column("page", "asked_at")
