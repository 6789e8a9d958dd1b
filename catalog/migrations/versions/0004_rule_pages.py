"""Remember the pages that rules were read from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog.columns import UTCDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table, empty: the next night fills it."""
    op.create_table(
        "rule_page",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=False),
        sa.Column("passages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.Column("quotes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("url"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("rule_page")
