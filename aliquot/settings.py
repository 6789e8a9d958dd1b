"""Settings of one installation: from the environment (``ALIQUOT_...``), with defaults that work for one person."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things live and who runs this installation.

    Every field can be set in the environment with the prefix ``ALIQUOT_``: ``ALIQUOT_HOME``, ``ALIQUOT_CONTACT``.
    """

    model_config = SettingsConfigDict(env_prefix="ALIQUOT_", env_ignore_empty=True, extra="ignore")

    home: Path = Field(default=Path.home() / ".aliquot", description="catalog, runs, releases, index, overlays")
    catalog_url: str | None = Field(default=None, description="a PostgreSQL address; SQLite in the home without it")
    contact: str | None = Field(default=None, description="the address that crawled sites see and can write to")
    host_name: str | None = Field(default=None, description="who runs the site, named on every page")
    host_sells: str | None = Field(default=None, description="what the host sells, if anything, named on every page")
    base_url: str = Field(default="http://127.0.0.1:8000/", description="the public address of the site")
    keep_releases: int = Field(default=3, ge=1, description="published releases that are kept beside each other")
    keep_runs: int = Field(default=60, ge=1, description="folders of runs that are kept, with spool and logs")
    sample_port: int | None = Field(
        default=None, ge=1, le=65535, description="a sample web that already runs on this machine"
    )
    publish_to: str | None = Field(
        default=None, description="where a release goes beyond this machine: folder:, rsync: or artifact:"
    )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
