"""``rochdale recount``: count a vote again, from the book, or offline from a proof file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from .client import connect
from .files import read_bytes
from .frame import Commands, Exit, Stop, settings
from .ids import find
from .proving import read_checkpoint
from .show import facts, say, short

__all__ = ["app", "recount"]

app = Commands()

REFUSED_MAX: Final = 500
"""Refused ballots of one kind that are looked through, the newest first."""

_KINDS: Final = ("ballot.cast", "ballot.rank", "ballot.score", "ballot.seal")

_FATES: Final = {
    "counted": "counted",
    "replaced": "not counted: a later ballot took its place",
    "overridden": "not counted: the member voted itself",
    "struck": "not counted: the member declared an interest",
    "revoked": "not counted: the proxy was revoked",
    "spoilt": "not counted: opened, it says nothing that could be counted",
    "unopened": "not read: too few shares were published",
}

_WAYS: Final = {
    "own": "",
    "proxy": ", cast by {by} as proxy",
    "meeting": ", in a meeting whose minutes it approved",
    "delegation": ", as {by} voted, to whom it delegates",
}


@app.command()
def recount(
    subject: Annotated[
        str, typer.Argument(metavar="PROPOSAL|FILE", help="P-3, its id, or P-3.rochdale.json.")
    ],
    checkpoint: Annotated[
        Path | None, typer.Option(help="Trust this checkpoint instead of a file's charter.")
    ] = None,
) -> None:
    """Count a vote again from its signed records, and explain every ballot.

    With --json the bytes are the same on every node, and from a proof file of the decision.
    """
    path = Path(subject)
    if path.is_file() or path.suffix == ".json":
        data, names, refused = _from_file(path, checkpoint)
    else:
        data, names, refused = _from_book(subject)
    import orjson

    value = orjson.loads(data)
    if settings().json:
        typer.echo(data)
    else:
        _print(value, names, refused, sha256(data).hexdigest())
    raise typer.Exit(Exit.REFUSED if value["differs"] else Exit.OK)


Found = tuple[bytes, dict[str, str], list[dict[str, Any]]]
"""The bytes of a recount, the names of members, and ballots that were refused."""


def _from_book(subject: str) -> Found:
    with connect("recount") as client:
        proposal = find(client, subject, "proposal")
        data = client.get_bytes(f"/v1/proposals/{proposal}/recount")
        if settings().json:
            return data, {}, []
        names = {row["member"]: row["name"] for row in client.get("/v1/members")}
        refused = [
            row
            for kind in _KINDS
            for row in client.get("/v1/records", kind=kind, state="refused", limit=REFUSED_MAX)[
                "records"
            ]
            if proposal in row["refs"]
        ]
    return data, names, refused


def _from_file(path: Path, checkpoint: Path | None) -> Found:
    from rochdale_protocol.core.canonical import encode
    from rochdale_protocol.core.limits import PROOF_SIZE_MAX
    from rochdale_protocol.proofs.verdict import DecisionProved
    from rochdale_protocol.proofs.verify import verify_proof

    trusted = read_checkpoint(checkpoint) if checkpoint else None
    coop = settings().coop
    verdict = verify_proof(read_bytes(path, PROOF_SIZE_MAX), coop=coop or None, checkpoint=trusted)
    if not verdict.ok:
        code = next(each.code for each in verdict.checked if not each.ok)
        after = f"See every step: rochdale verify {path}"
        raise Stop(Exit.REFUSED, code, f"The file proves nothing: {verdict.summary}.", after)
    if not isinstance(verdict.proved, DecisionProved):
        message = f"The file proves no decision, but a {verdict.claim}."
        after = "Make one of a decision: rochdale proposal export P-3"
        raise Stop(Exit.USAGE, "usage", message, after)
    if not (settings().json or coop or trusted):
        say(f"The file is of the co-op {verdict.coop_name} {verdict.coop}:")
        say("compare that id with the one that you know it by.")
        say("")
    return encode(verdict.proved.recount), verdict.proved.names, []


def _print(
    value: dict[str, Any], names: dict[str, str], refused: list[dict[str, Any]], digest: str
) -> None:
    from rochdale_protocol.governance.recount import end_in_words

    facts(
        [
            ("Proposal", f"P-{value['number']}  {value['proposal']}"),
            ("Title", value["title"]),
            ("Business", value["business"]),
            ("End", end_in_words(value)),
            ("Electors", f"{value['electors']}, {value['quorum']} must vote"),
            ("Not voted", value["not_voted"]),
            ("Spoilt", value["spoilt"]),
            ("Log", f"{value['log'][:16]}, {len(value['records'])} records, none left out"),
            ("Recount", f"{digest[:16]} (the same on every node: rochdale recount --json)"),
        ]
    )
    say("")
    rows = [row for row in value["records"] if "fate" in row]
    for number, row in enumerate(rows, 1):
        say(f"{number:>4}  {_sentence(row, names, value)}")
    if value["count"] is not None:
        _print_count(value, rows)
    if refused:
        say("")
        say("Refused, and so never counted (nothing proves that these are all):")
    for row in refused:
        say(f"      {row['name']}: {row['kind']} in M{row['height']}, {row['code']}")
    for each in value["differs"]:
        book, here = each["book"], each["recount"]
        say(f"DIFFERS: {each['what']} is {book} in the book, {here} counted again")
    if not value["differs"]:
        say("")
        say("The recount and the book agree.")


def _sentence(row: dict[str, Any], names: dict[str, str], value: dict[str, Any]) -> str:
    def name(member: str) -> str:
        return names.get(member) or short(member)

    way = _WAYS[row["how"]].format(by=name(row["by"]))
    return f"{name(row['voter'])}: {_says(row['paper'], value)}{way}; {_FATES[row['fate']]}"


def _says(paper: dict[str, Any] | None, value: dict[str, Any]) -> str:
    """Return what a ballot says in words."""
    if paper is None:
        return "sealed"
    if "choice" in paper:
        return {"for": "for", "against": "against", "abstain": "abstains"}[paper["choice"]]
    paper_names = [each["name"] for each in value["candidates"]] + ["Re-open nominations"]
    if "scores" in paper:
        return ", ".join(f"{paper_names[each - 1]} {score}" for each, score in paper["scores"])
    ranks = (" = ".join(paper_names[each - 1] for each in rank) for rank in paper["ranks"])
    return " > ".join(ranks) or "nobody"


def _print_count(value: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    from rochdale_protocol.governance.closing import election_of

    from .count import print_count

    papers = [row["paper"] for row in rows if row["fate"] == "counted"]
    say("")
    print_count(election_of(value, papers, bytes.fromhex(value["seed"])), value["title"])
