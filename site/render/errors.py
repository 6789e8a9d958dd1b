"""What keeps a site from being built."""


class BuildError(ValueError):
    """Data that must not become a page."""


class SearchIndexError(RuntimeError):
    """Pagefind failed; the message is its own."""
