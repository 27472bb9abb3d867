"""``rochdale verify``: check a file of proof or evidence, with no home, network or keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from .files import read_bytes
from .frame import Commands, Exit, Stop, settings
from .proving import read_checkpoint
from .refounding import origin
from .show import answer, facts, minutes_text, say, text, when

__all__ = ["app", "print_checks", "verify"]

app = Commands()

_ADVISED: Final = frozenset({"PRF-2", "PRF-18", "PRF-20", "PRF-21", "PRF-22"})
"""Codes whose own words say what to do next."""


@app.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(help="NAME.rochdale.json, a proof, or NAME.rochdale-evidence.json."),
    ],
    checkpoint: Annotated[
        Path | None, typer.Option(help="Trust this checkpoint instead of the charter.")
    ] = None,
) -> None:
    """Verify a file of proof or evidence, offline; with --coop ID, that it is about that co-op."""
    from rochdale_protocol.core.errors import Refused
    from rochdale_protocol.core.limits import PROOF_SIZE_MAX
    from rochdale_protocol.proofs.evidence import is_evidence, verify_evidence
    from rochdale_protocol.proofs.verify import verify_proof

    coop = settings().coop
    if coop and (len(coop) != 64 or coop.strip("0123456789abcdef")):
        # The beginning of an id can be made to fit: the whole of it is what proves.
        raise Stop(
            Exit.USAGE,
            "usage",
            "A co-op's id has 64 digits, 0 to 9 and a to f.",
            "Ask a member whom you trust for the whole of it: rochdale coop show",
        )
    trusted = read_checkpoint(checkpoint) if checkpoint else None
    if trusted is not None and coop not in ("", trusted.coop):
        raise Refused("PRF-3", coop=trusted.coop)
    data = read_bytes(file, PROOF_SIZE_MAX)
    if is_evidence(data):
        expected = trusted.coop if trusted else coop or None
        shown = verify_evidence(data, coop=expected).model_dump(mode="json")
        if not answer(shown):
            _print_evidence(shown)
        raise typer.Exit(Exit.OK if shown["ok"] else Exit.REFUSED)
    verdict = verify_proof(data, coop=coop or None, checkpoint=trusted)
    if not verdict.ok and _is_checkpoint(data):
        raise Stop(
            Exit.USAGE,
            "API-11",
            f"{file} is a checkpoint, which proves nothing by itself.",
            f"Proofs are verified from it: rochdale verify PROOF --checkpoint {file}",
        )
    found = verdict.model_dump(mode="json")
    if not answer(found):
        _print(found)
        _say_successor(found, trusted.coop if trusted else coop)
    raise typer.Exit(Exit.OK if verdict.ok else Exit.REFUSED)


def _is_checkpoint(data: bytes) -> bool:
    from rochdale_protocol.core.errors import DecodeError
    from rochdale_protocol.proofs.checkpoint import Checkpoint

    try:
        Checkpoint.from_bytes(data)
    except DecodeError:
        return False
    return True


def print_checks(checks: list[dict[str, Any]]) -> None:
    """Print each step of a verification with what was found."""
    for check in checks:
        skipped = check["code"] == "PRF-0"
        mark = "ok  " if check["ok"] else "-   " if skipped else "FAIL"
        code = f" ({check['code']})" if check["code"] and not skipped else ""
        say(f"{mark}  {check['name']}: {check['detail']}{code}")


def _print_summary(found: dict[str, Any]) -> None:
    print_checks(found["checked"])
    say("")
    summary = found["summary"].removeprefix("not proved: ")
    say(("PROVED: " if found["ok"] else "NOT PROVED: ") + summary)
    first = next((check["code"] for check in found["checked"] if not check["ok"]), "")
    if first and first not in _ADVISED:
        say("Next: don't rely on it; ask for the file again, from another member as well.")


def _say_successor(found: dict[str, Any], expected: str) -> None:
    """Tell one who knows another co-op that this one claims to take its place."""
    cited = found["refounds"]
    if not found["ok"] and cited is not None and cited["coop"] == expected:
        say(
            "Its founders say that it takes that co-op's place from minute"
            f" {minutes_text(cited['height'])} on: ask members whom you trust before you go by it."
        )


def _print_evidence(found: dict[str, Any]) -> None:
    _print_summary(found)
    if not found["ok"]:
        return
    facts(
        [
            ("Co-op", found["coop"]),
            ("Device", found["device"]),
            ("Votes on", minutes_text(found["height"])),
        ]
    )
    for vote in found["votes"]:
        say(f"  signed {vote['kind']} in view {vote['view']}: {vote['says']}")
    for caveat in found["caveats"]:
        say(f"Not proved: {caveat['detail']}")
    say("Next: nothing is punished without a decision of the members: rochdale evidence --help")


def _print(found: dict[str, Any]) -> None:
    _print_summary(found)
    if not found["ok"]:
        return
    since = found["checkpoint"]
    facts(
        [
            ("Co-op", f"{found['coop_name']}  {found['coop']}".strip()),
            *origin(found["refounds"]),
            ("As of", f"M{found['height']} {found['minute'][:16]} of {when(found['time'])}"),
            ("Trusted", "the charter" if since is None else f"the checkpoint, M{since}"),
            ("Signatures", f"{found['signatures']} checked"),
        ]
    )
    _print_proved(found["proved"])
    for caveat in found["caveats"]:
        say(f"Not proved: {caveat['detail']}")


def _effect(proved: dict[str, Any]) -> str:
    done = proved["status"] == "carried" and not proved["effect_code"]
    kind = str(proved["effect"]["type"])
    if kind == "none" or done:
        return kind
    return f"{kind}, not carried out {proved['effect_code']}".rstrip()


def _print_proved(proved: dict[str, Any]) -> None:
    if "text_hash" in proved:
        facts(
            [
                ("Agreement", f"{proved['title']}, version {proved['version']}"),
                ("Text hash", proved["text_hash"]),
                ("In force", f"since M{proved['in_force']}"),
            ]
        )
        for party in proved["parties"]:
            say(f"  signed by {party['name']} {party['member'][:16]} in M{party['height']}")
        say("")
        text(proved["text"])
    elif "recount" in proved:
        found = proved["recount"]
        facts(
            [
                ("Decision", f"P-{found['number']}  {proved['proposal']}"),
                ("Ended", f"{proved['status']} in M{proved['closed']}"),
                ("Effect", _effect(proved)),
                ("Recounted", f"{len(found['records'])} signed records; see rochdale recount"),
            ]
        )
        if proved["text"]:
            say("")
            text(proved["text"])
    elif "entity" in proved:
        facts(
            [
                ("Member", f"{proved['name']}  {proved['member']}"),
                ("Since", f"M{proved['joined']}"),
                ("Devices", ", ".join(proved["devices"]) or "none shown"),
            ]
        )
    else:
        facts(
            [
                ("Record", f"{proved['kind']}  {proved['record']}"),
                ("By", f"{proved['name']} {proved['member'][:16]}, device {proved['device'][:16]}"),
                ("In", f"M{proved['height']}, entry {proved['index']}"),
                ("Refused", proved["code"] or "no, it stands"),
            ]
        )
