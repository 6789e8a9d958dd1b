"""``sources``: the places that publish, and what is proved about each."""

from __future__ import annotations

import json

import typer
from rich.table import Column, Table

from aliquot.commands.options import JsonOption, SampleOption, console, places
from crawlers.source import load_sources

app = typer.Typer(no_args_is_help=True, help="The places that publish: list and inspect them.")


@app.command("list")
def list_command(sample: SampleOption = False, as_json: JsonOption = False) -> None:
    """Every source: how it publishes, what is proved about its pages, whether it is crawled."""
    found = load_sources(places(sample=sample).overlay("sources"))
    if as_json:
        rows = [source.facts(sample).model_dump(mode="json") for source in found.values()]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = Table(Column("Source", no_wrap=True), Column("Way of publishing", no_wrap=True), "Proof", "Crawled", "Name")
    for source in found.values():
        crawled = "yes" if source.enabled else f"no: {source.disabled_because}"
        table.add_row(source.id, source.spider.replace("_", " "), source.proof, crawled, source.name)
    console.print(table, highlight=False)
