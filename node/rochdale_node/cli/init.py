"""``rochdale init``: make a home."""

from __future__ import annotations

import platform
import sys
from typing import Annotated, Literal

import typer

from .client import home_path
from .frame import Commands, Exit, Stop, settings
from .show import answer, facts, say

__all__ = ["app", "init"]

app = Commands()


@app.command()
def init(
    name: Annotated[str, typer.Option(help="Your name, or your organisation's.")] = "",
    entity: Annotated[
        Literal["organisation", "person"], typer.Option(help="What you are.")
    ] = "organisation",
    label: Annotated[str, typer.Option(help="What to call this device.")] = "",
    member: Annotated[
        str, typer.Option(help="For a further device: the id of the member it belongs to.")
    ] = "",
    remember: Annotated[
        bool, typer.Option("--remember", help="Keep the passphrase in the system's keyring.")
    ] = False,
) -> None:
    """Make a home: your keys, sealed with a passphrase, and your name."""
    from pydantic import ValidationError

    from ..home import Home, Identity
    from ..vault import Keys, remember_passphrase, seal_keys
    from .secret import new_passphrase

    path = home_path()
    Home.prepare(path)
    if not name and sys.stdin.isatty() and not settings().json:
        name = typer.prompt("Name")
    keys = Keys.generate()
    if member:
        # The member's recovery key stays where it is: one copy less to lose.
        keys = Keys(keys.device_seed, None)
    recovery = keys.recovery
    try:
        identity = Identity(
            member=member or (recovery.public if recovery is not None else ""),
            device=keys.device.public,
            name=name,
            label=label or platform.node() or "computer",
            entity=entity,
        )
    except ValidationError as error:
        which = str(error.errors()[0]["loc"][0])
        raise Stop(
            Exit.USAGE, "usage", f"The {which} will not do.", f"Say another with --{which}."
        ) from None
    passphrase = new_passphrase()
    seal_keys(path / "keys.sealed", keys, passphrase)
    if remember:
        remember_passphrase(identity.member, passphrase)
    Home.create(path, identity)
    if answer({"home": str(path), **identity.model_dump()}):
        return
    facts([("Home", path), ("Member", identity.member), ("Device", identity.device)])
    if member:
        say("Next: ask to be added with rochdale device request --coop ID.")
    else:
        say("Next: rochdale coop found, or rochdale coop join LINK. Then: rochdale backup create.")
