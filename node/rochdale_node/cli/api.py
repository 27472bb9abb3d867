"""``rochdale api``: what the local API offers."""

from __future__ import annotations

import json

import typer

from .frame import Commands

__all__ = ["app"]

app = Commands()


@app.callback()
def _group() -> None:
    """The local API, for programs of your own."""


@app.command("schema")
def schema() -> None:
    """Print the OpenAPI description of the local API."""
    from ..api.openapi import openapi

    typer.echo(json.dumps(openapi(), indent=2))
