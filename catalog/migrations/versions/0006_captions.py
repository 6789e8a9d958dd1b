"""Keep what a page states of captions and transcripts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add it; it is stated once the pages are read again."""
    op.add_column("opportunity", sa.Column("captions", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("opportunity", "captions")
