"""Remember the spool's line that brought a listing, so that the same line costs nothing the next night."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the hash of the line; it is filled as listings are read."""
    op.add_column("listing", sa.Column("line_hash", sa.String(), nullable=True))
    op.create_index(op.f("ix_listing_line_hash"), "listing", ["line_hash"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_listing_line_hash"), table_name="listing")
    op.drop_column("listing", "line_hash")
