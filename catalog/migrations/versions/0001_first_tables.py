"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from catalog.columns import UTCDateTime

revision = "0001"
down_revision = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=True),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_at"), "change", ["at"], unique=False)
    op.create_index("ix_change_subject_kind_subject", "change", ["subject_kind", "subject"], unique=False)
    op.create_table(
        "forgotten",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("forgotten_at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "link",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("dead_since", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_link")),
    )
    op.create_table(
        "memory",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_memory")),
    )
    op.create_table(
        "opportunity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("presence", sa.String(length=40), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("course_number", sa.String(), nullable=True),
        sa.Column("delivery", sa.String(length=40), nullable=True),
        sa.Column("duration", JSON, nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("place", JSON, nullable=True),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("available_through", sa.Date(), nullable=True),
        sa.Column("apply_by", sa.Date(), nullable=True),
        sa.Column("claim_by", sa.Date(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("prerequisites", JSON, nullable=False),
        sa.Column("leads_to", JSON, nullable=False),
        sa.Column("conflicts", JSON, nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("guess_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
    )
    op.create_index(op.f("ix_opportunity_provider"), "opportunity", ["provider"], unique=False)
    op.create_table(
        "package",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("covers", JSON, nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=False),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("cap_thousandths", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
    )
    op.create_table(
        "rule_version",
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("first_read_at", UTCDateTime(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("credential", "content_hash", name=op.f("pk_rule_version")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("spool_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "alias",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_alias_opportunity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_opportunity_id"), "alias", ["opportunity_id"], unique=False)
    op.create_table(
        "credit",
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("thousandths", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("topics", JSON, nullable=False),
        sa.Column("choice_group", sa.String(), nullable=True),
        sa.Column("additive_group", sa.String(), nullable=True),
        sa.Column("upper_bound", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("approval_number", sa.String(), nullable=True),
        sa.Column("approved_through", sa.Date(), nullable=True),
        sa.Column("session_key", sa.String(), nullable=True),
        sa.Column("evidence", JSON, nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_credit_opportunity_id")),
        sa.PrimaryKeyConstraint("opportunity_id", "position", name=op.f("pk_credit")),
    )
    op.create_index(op.f("ix_credit_approved_through"), "credit", ["approved_through"], unique=False)
    op.create_table(
        "offer",
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("per", sa.String(), nullable=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("through", sa.Date(), nullable=True),
        sa.Column("evidence", JSON, nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_offer_opportunity_id")),
        sa.PrimaryKeyConstraint("opportunity_id", "position", name=op.f("pk_offer")),
    )
    op.create_table(
        "scheduled_session",
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=True),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("place", JSON, nullable=True),
        sa.Column("delivery", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("registration_deadline", sa.Date(), nullable=True),
        sa.Column("seats_left", sa.Integer(), nullable=True),
        sa.Column("year_inferred", sa.Boolean(), nullable=False),
        sa.Column("weekday_conflict", sa.Boolean(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_scheduled_session_opportunity_id")
        ),
        sa.PrimaryKeyConstraint("opportunity_id", "position", name=op.f("pk_scheduled_session")),
    )
    op.create_index(op.f("ix_scheduled_session_local_date"), "scheduled_session", ["local_date"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("catalog_family", sa.String(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["provider"], ["provider.id"], name=op.f("fk_source_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_index(op.f("ix_source_provider"), "source", ["provider"], unique=False)
    op.create_table(
        "topic_assignment",
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("evidence", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_topic_assignment_opportunity_id")
        ),
        sa.PrimaryKeyConstraint("opportunity_id", "topic", "origin", name=op.f("pk_topic_assignment")),
    )
    op.create_table(
        "listing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("presence", sa.String(length=40), nullable=False),
        sa.Column("missed_runs", sa.Integer(), nullable=False),
        sa.Column("missing_since", sa.Date(), nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("first_read_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("seen_run", sa.String(), nullable=False),
        sa.Column("held_run", sa.String(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_listing_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
    )
    op.create_index(op.f("ix_listing_address"), "listing", ["address"], unique=False)
    op.create_index(op.f("ix_listing_provider"), "listing", ["provider"], unique=False)
    op.create_index("ix_listing_source_seen_run", "listing", ["source", "seen_run"], unique=False)
    op.create_index(
        "ix_listing_stale",
        "listing",
        ["stale"],
        unique=False,
        sqlite_where=sa.text("stale"),
        postgresql_where=sa.text("stale"),
    )
    op.create_table(
        "page",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("extractor_hash", sa.String(), nullable=False),
        sa.Column("source_keys", JSON, nullable=False),
        sa.Column("followed_links", JSON, nullable=False),
        sa.Column("fetched_at", UTCDateTime(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_page_source")),
        sa.PrimaryKeyConstraint("source", "url", name=op.f("pk_page")),
    )
    op.create_table(
        "rejection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_rejection_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejection")),
    )
    op.create_index(op.f("ix_rejection_source"), "rejection", ["source"], unique=False)
    op.create_table(
        "source_run",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("finish", sa.String(length=40), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("not_modified", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("listings", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("brought", sa.Integer(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("statuses", JSON, nullable=False),
        sa.Column("coverage", JSON, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_source_run_run_id")),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_source_run_source")),
        sa.PrimaryKeyConstraint("run_id", "source", name=op.f("pk_source_run")),
    )
    op.create_index(op.f("ix_source_run_source"), "source_run", ["source"], unique=False)
    op.create_table(
        "identity_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_identity_key_listing_id")),
        sa.PrimaryKeyConstraint("key", "listing_id", name=op.f("pk_identity_key")),
    )
    op.create_index(op.f("ix_identity_key_listing_id"), "identity_key", ["listing_id"], unique=False)
    op.create_table(
        "listing_version",
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("first_read_at", UTCDateTime(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_version_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "content_hash", name=op.f("pk_listing_version")),
    )
    op.create_table(
        "opportunity_listing",
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("opportunity_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_opportunity_listing_listing_id")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_opportunity_listing_opportunity_id")
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_opportunity_listing")),
    )
    op.create_index(
        op.f("ix_opportunity_listing_opportunity_id"), "opportunity_listing", ["opportunity_id"], unique=False
    )
    op.create_table(
        "package_statement",
        sa.Column("package_id", sa.String(), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("statement", JSON, nullable=False),
        sa.Column("statement_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_package_statement_listing_id")),
        sa.PrimaryKeyConstraint("package_id", "listing_id", name=op.f("pk_package_statement")),
    )
    op.create_index(op.f("ix_package_statement_listing_id"), "package_statement", ["listing_id"], unique=False)


def downgrade() -> None:
    """Drop every table."""
    op.drop_index(op.f("ix_package_statement_listing_id"), table_name="package_statement")
    op.drop_table("package_statement")
    op.drop_index(op.f("ix_opportunity_listing_opportunity_id"), table_name="opportunity_listing")
    op.drop_table("opportunity_listing")
    op.drop_table("listing_version")
    op.drop_index(op.f("ix_identity_key_listing_id"), table_name="identity_key")
    op.drop_table("identity_key")
    op.drop_index(op.f("ix_source_run_source"), table_name="source_run")
    op.drop_table("source_run")
    op.drop_index(op.f("ix_rejection_source"), table_name="rejection")
    op.drop_table("rejection")
    op.drop_table("page")
    op.drop_index(
        "ix_listing_stale", table_name="listing", sqlite_where=sa.text("stale"), postgresql_where=sa.text("stale")
    )
    op.drop_index("ix_listing_source_seen_run", table_name="listing")
    op.drop_index(op.f("ix_listing_provider"), table_name="listing")
    op.drop_index(op.f("ix_listing_address"), table_name="listing")
    op.drop_table("listing")
    op.drop_table("topic_assignment")
    op.drop_index(op.f("ix_source_provider"), table_name="source")
    op.drop_table("source")
    op.drop_index(op.f("ix_scheduled_session_local_date"), table_name="scheduled_session")
    op.drop_table("scheduled_session")
    op.drop_table("offer")
    op.drop_index(op.f("ix_credit_approved_through"), table_name="credit")
    op.drop_table("credit")
    op.drop_index(op.f("ix_alias_opportunity_id"), table_name="alias")
    op.drop_table("alias")
    op.drop_table("run")
    op.drop_table("rule_version")
    op.drop_table("provider")
    op.drop_table("package")
    op.drop_index(op.f("ix_opportunity_provider"), table_name="opportunity")
    op.drop_table("opportunity")
    op.drop_table("memory")
    op.drop_table("link")
    op.drop_table("forgotten")
    op.drop_index("ix_change_subject_kind_subject", table_name="change")
    op.drop_index(op.f("ix_change_at"), table_name="change")
    op.drop_table("change")
