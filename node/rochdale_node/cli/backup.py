"""``rochdale backup``: make, test and restore backups."""

from __future__ import annotations

import json
import platform
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .client import Client, connect, home_path
from .files import write_new
from .frame import Commands, Exit, Stop
from .joining import enrol
from .show import answer, facts, progress, say
from .times import now_ms

if TYPE_CHECKING:
    from ..backup import Backup

__all__ = ["app"]

app = Commands()

BackupFile = Annotated[Path, typer.Argument(help="The backup.")]


@app.command()
def create(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("rochdale.backup"),
) -> None:
    """Write your recovery key and your books into one file, under this home's passphrase."""
    from rochdale_protocol.core.errors import LocalError

    from ..api.service import BACKUP_NOTE
    from ..backup import create_backup
    from ..home import Home
    from .secret import ask_passphrase, open_home_keys

    identity = Home(home_path()).identity
    seed = open_home_keys(home_path()).recovery_seed
    if seed is None:
        raise LocalError("KEY-8")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=home_path()) as folder:
        with connect("backup create") as client, progress("Writing the books"):
            books = _export(client, Path(folder))
        create_backup(out, ask_passphrase(identity.member), seed, identity, books)
    note = {"at": now_ms(), "file": str(out.absolute())}
    write_new(home_path() / BACKUP_NOTE, json.dumps(note).encode())
    if answer({"file": str(out), "books": len(books)}):
        return
    count = "1 book" if len(books) == 1 else f"{len(books)} books"
    say(f"The backup is in {out}: your recovery key and {count}, no device key.")
    say(f"Next: keep it away from this machine, and try it: rochdale backup test {out}")


def _export(client: Client, folder: Path) -> list[Path]:
    files: list[Path] = []
    for book in client.get("/v1/books"):
        file = folder / str(len(files))
        with file.open("wb") as opened:
            for piece in client.export(1, book["coop"]):
                opened.write(piece)
        files.append(file)
    return files


@app.command()
def test(file: BackupFile) -> None:
    """Open a backup and read it to its end, changing nothing."""
    from ..backup import check_backup
    from .secret import ask_passphrase

    _need(file)
    with progress("Reading the backup"):
        found = check_backup(file, ask_passphrase(""))
    identity = found.identity
    told = {"member": identity.member, "name": identity.name, "books": list(found.books)}
    if answer(told):
        return
    facts([("Member", f"{identity.name}  {identity.member}"), ("Books", len(found.books))])
    say("The backup is whole and opens with this passphrase.")


def _need(file: Path) -> None:
    if not file.is_file():
        raise Stop(Exit.NOT_FOUND, "file", f"There is no file {file}.", "Check the path.")


@app.command()
def restore(
    file: BackupFile,
    label: Annotated[str, typer.Option(help="What to call this device.")] = "",
) -> None:
    """Make a home from a backup, as a new device of yours."""
    from ..backup import open_backup
    from ..home import Home
    from .secret import ask_passphrase

    _need(file)
    Home.prepare(home_path())
    passphrase = ask_passphrase("")
    with progress("Opening the backup"):
        backup = open_backup(file, passphrase)
    _make_home(backup, passphrase, label or platform.node() or "computer")
    with connect("backup restore", signs=True) as client, progress("Checking the books"):
        coops = [client.read_file(BytesIO(book))["coop"] for book in backup.books]
        restored = [{"coop": coop, **enrol(client, coop)} for coop in coops]
    if answer({"home": str(home_path()), "books": restored}):
        return
    say(f"{backup.identity.name} is restored in {home_path()} as a new device.")
    say("Next: rochdale up tells the members; then revoke the lost device (rochdale device list).")


def _make_home(backup: Backup, passphrase: str, label: str) -> None:
    """Make a home with a new device key: a restored copy can never sign twice."""
    from ..home import Home
    from ..vault import Keys, seal_keys

    keys = Keys(Keys.generate().device_seed, backup.recovery_seed)
    update = {"device": keys.device.public, "label": label}
    seal_keys(home_path() / "keys.sealed", keys, passphrase)
    Home.create(home_path(), backup.identity.model_copy(update=update))
