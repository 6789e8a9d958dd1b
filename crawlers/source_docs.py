"""Writes ``docs/sources.md`` from the sources themselves: ``python -m crawlers.source_docs > docs/sources.md``.

A test compares the file with what this module writes, so the page cannot say more than the TOML files do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from crawlers.manners import CRAWL_DELAY_AT_MOST, RETRY_AFTER_AT_MOST
from crawlers.source import Source, denied_hosts, load_sources

HEAD = f"""# Sources

This page is generated from `crawlers/sources/*.toml` (`python -m crawlers.source_docs`). It tells for each source how
it publishes, how much of it has been proved, and what nobody has seen.

* **seen**: the text of its pages was read; its labels and addresses are real.
* **documented**: its layout follows a published description of its platform.
* **assumed**: nobody has seen it. Such a source is never crawled outside the sample web.

No source is crawled live before an operator has looked at five of its listings (`aliquot sources approve ID`). Every
crawl obeys robots.txt (RFC 9309), keeps one connection to a host, waits as `Crawl-delay` and `Retry-After` ask (up to
{CRAWL_DELAY_AT_MOST:g} and {RETRY_AFTER_AT_MOST:g} seconds; beyond that the page is left for another night), and says
who it is and whom to write to.
"""


def sources_markdown(sources: Mapping[str, Source]) -> str:
    """The whole page."""
    real = [source for source in sources.values() if not source.only_sample]
    sample = [source for source in sources.values() if source.only_sample]
    parts = [
        HEAD,
        "## Providers\n",
        _table(real),
        "## What nobody has seen\n",
        "".join(
            f"* **{_cell(source.name)}** (`{source.id}`): {_cell(source.unseen or 'nothing is left out')}\n"
            for source in real
        ),
        "## Sources of the sample web\n",
        "Composed by us; they exist nowhere else and show each way of publishing.\n",
        _table(sample),
        "## Hosts that no source may name\n",
        "".join(f"* `{host}`: {reason}\n" for host, reason in denied_hosts().items()),
    ]
    return "\n".join(parts)


def _table(sources: list[Source]) -> str:
    rows = ["| source | provider | way of publishing | proof | crawled |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {' | '.join(_cells(source))} |" for source in sources]
    return "\n".join(rows) + "\n"


def _cells(source: Source) -> Iterator[str]:
    yield f"`{source.id}`"
    site = source.site or (source.directory.url if source.directory is not None else None)
    name = _cell(source.name)
    yield f"[{name}]({site})" if site and not source.only_sample else name
    yield source.spider.replace("_", " ")
    yield source.proof
    if source.only_sample:
        yield "on the sample web"
    else:
        yield "once approved" if source.enabled else f"no: {_cell(source.disabled_because or '')}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(sources_markdown(load_sources()))
