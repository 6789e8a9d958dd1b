"""How one copy of the site is hosted: where it lives, who runs it, whether its data is a sample."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SiteSettings(BaseModel):
    """What the pages need to know of their host. Raises ``pydantic.ValidationError`` naming the field that is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(default="http://127.0.0.1:8000/", description="where the site's root will be, with its path")
    name: str = Field(default="Aliquot", min_length=1, max_length=40)
    host_name: str | None = Field(default=None, description="who runs this copy, named on every page")
    host_url: str | None = Field(default=None, description="a page of the host's")
    host_sells: str | None = Field(default=None, description="what the host sells, if anything; None: nothing")
    contact: str | None = Field(default=None, description="an address (mailto: or https:) for corrections")
    sample: bool = Field(default=False, description="the data is the sample web's: marked on every page, not indexed")
    page_size: int = Field(default=30, ge=6, le=60, description="listings on one browse page")
    compress: bool = Field(default=True, description="write .gz and .br beside every text file")
    search: bool = Field(default=True, description="build the search index")

    @field_validator("base_url")
    @classmethod
    def _an_address_with_a_path(cls, base_url: str) -> str:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"base_url must be an http or https address without query, not {base_url!r}")
        return base_url if base_url.endswith("/") else base_url + "/"

    @field_validator("contact", "host_url")
    @classmethod
    def _a_safe_address(cls, address: str | None) -> str | None:
        if address is not None and urlsplit(address).scheme not in {"http", "https", "mailto"}:
            raise ValueError(f"an address begins with https:, http: or mailto:, not {address!r}")
        return address

    @model_validator(mode="after")
    def _a_sample_stays_home(self) -> Self:
        if self.sample and urlsplit(self.base_url).hostname not in LOOPBACK:
            raise ValueError("sample data is refused anywhere but on the local machine; set base_url to 127.0.0.1")
        return self

    @property
    def base_path(self) -> str:
        """The path under which every link stands: ``/`` or ``/ce/``."""
        return urlsplit(self.base_url).path

    def absolute(self, path: str) -> str:
        """The full address of a path of this site: ``/o/x/`` to ``https://host/ce/o/x/``."""
        return self.base_url + path.removeprefix("/")
