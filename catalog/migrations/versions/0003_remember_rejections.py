"""Remember what of a page was rejected, so that it can be told again while the page is unchanged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the list, empty; and read the pages behind standing rejections anew, so that theirs is filled."""
    op.add_column("page", sa.Column("rejections", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
    op.execute("UPDATE page SET extractor_hash = '' WHERE source IN (SELECT source FROM rejection)")


def downgrade() -> None:
    """Drop it."""
    op.drop_column("page", "rejections")
