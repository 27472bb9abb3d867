"""``rochdale proposal``: put resolutions to the members, discuss and read them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from .acts import Wait, act
from .client import Client, connect, until
from .effects import read_effect
from .files import read_text
from .frame import Commands, Exit, Stop
from .ids import ID_MIN, find
from .proving import Out, Since, export_proof
from .putting import class_for, times_for
from .resolution import print_proposal, proposal_label, status_of
from .show import answer, table, when
from .times import deadline_ms

__all__ = ["app"]

app = Commands()

Proposal = Annotated[str, typer.Argument(help="P-3, or its id.")]
Title = Annotated[str, typer.Argument(help="One line.")]
Opens = Annotated[str, typer.Option(help="When the vote opens: 14d or 2026-12-01; else at once.")]
Closes = Annotated[
    str, typer.Option(help="When the vote closes: 3d after it opens, or at 2026-12-01T18:00.")
]
Business = Annotated[str, typer.Option(help="Its class: rochdale rules show. Else the usual one.")]
Draft = Annotated[bool, typer.Option("--draft", help="Give notice later: proposal notice.")]
Words = Annotated[str, typer.Option("--text", help="The words.")]
WordsFile = Annotated[Path | None, typer.Option("--file", help="The words, in a UTF-8 file.")]

_ONGOING: Final = ("notice", "open", "opening", "counting")


@app.command()
def new(  # noqa: PLR0913, PLR0917 -- a command's options
    title: Title,
    closes: Closes = "",
    opens: Opens = "",
    draft: Draft = False,
    words: Words = "",
    file: WordsFile = None,
    business: Business = "",
    admit: Annotated[str, typer.Option(help="Admit this applicant.")] = "",
    suspend: Annotated[str, typer.Option(help="Suspend this member; with --reasons.")] = "",
    restore: Annotated[str, typer.Option(help="End this member's suspension.")] = "",
    expel: Annotated[str, typer.Option(help="Expel this member; with --reasons.")] = "",
    reasons: Annotated[str, typer.Option(help="Why; or the finding on a dispute.")] = "",
    rekey: Annotated[str, typer.Option(help="MEMBER=KEY: its new recovery key.")] = "",
    rules: Annotated[str, typer.Option(help="Change the rules to these: a file, or a name.")] = "",
    appoint: Annotated[str, typer.Option(help="OFFICE=MEMBER,MEMBER: appoint them.")] = "",
    until_: Annotated[str, typer.Option("--until", help="When an appointment ends.")] = "",
    vacate: Annotated[str, typer.Option(help="OFFICE=MEMBER: end the appointment.")] = "",
    adopt: Annotated[str, typer.Option(help="Adopt this agreement, A-1, for all.")] = "",
    end: Annotated[str, typer.Option(help="End this agreement that was adopted.")] = "",
    spend: Annotated[str, typer.Option(help='Approve a spend: "1450 GBP PAYEE".')] = "",
    distribute: Annotated[str, typer.Option(help='Distribute: "900 GBP BASIS".')] = "",
    settle: Annotated[str, typer.Option(help="Decide this dispute, D-1; with --reasons.")] = "",
    dissolve: Annotated[bool, typer.Option("--dissolve", help="Dissolve the co-op.")] = False,
    effect: Annotated[str, typer.Option(help="Any effect, as JSON or a file of it.")] = "",
    refer: Annotated[str, typer.Option(help="Put it again as business of this class.")] = "",
    wait: Wait = 0,
) -> None:
    """Put a resolution to the members; if carried, the rules do what it says."""
    asked = {
        "admit": admit,
        "suspend": suspend,
        "restore": restore,
        "expel": expel,
        "rekey": rekey,
        "rules": rules,
        "appoint": appoint,
        "vacate": vacate,
        "adopt": adopt,
        "end": end,
        "spend": spend,
        "distribute": distribute,
        "settle": settle,
        "dissolve": "yes" if dissolve else "",
        "effect": effect,
    }
    _check_times(closes, draft=draft)
    with connect("proposal new", signs=True) as client:
        does = read_effect(client, asked, reasons, until_, refer)
        said = words if file is None else read_text(file)
        _put(client, title, said, business, does, (opens, closes), None, wait)


@app.command()
def elect(  # noqa: PLR0913, PLR0917 -- a command's options
    title: Title,
    seats: Annotated[int, typer.Option(help="How many to elect.", min=1)] = 1,
    option: Annotated[
        list[str] | None, typer.Option(help="What to choose from; repeat it. Else members stand.")
    ] = None,
    office: Annotated[str, typer.Option(help="Who is elected holds this office.")] = "",
    until_: Annotated[str, typer.Option("--until", help="When the office ends.")] = "",
    witnesses: Annotated[
        bool, typer.Option("--witnesses", help="Who is elected attests minutes.")
    ] = False,
    opens: Opens = "",
    closes: Closes = "",
    draft: Draft = False,
    words: Words = "",
    business: Business = "",
    wait: Wait = 0,
) -> None:
    """Put an election among members who stand, or a choice among options."""
    _check_times(closes, draft=draft)
    if not (option or opens or draft):
        raise Stop(
            Exit.USAGE,
            "usage",
            "Members stand between the notice and the opening.",
            "Leave them time: --opens 3d. Or name what to choose from: --option.",
        )
    does: dict[str, Any] = {"type": "none"}
    if office:
        ends = deadline_ms(until_) if until_ else 0
        does = {"type": "appoint", "office": office, "members": [], "until": ends}
    elif witnesses:
        does = {"type": "witnesses"}
    with connect("proposal elect", signs=True) as client:
        election = {"seats": seats, "options": option or []}
        _put(client, title, words, business, does, (opens, closes), election, wait)


def _check_times(closes: str, *, draft: bool) -> None:
    if draft == bool(closes):
        raise Stop(
            Exit.USAGE,
            "usage",
            "Say when the vote closes, or that this is a draft." if not draft else "Not both.",
            "Give --closes 3d, or --draft.",
        )


def _put(
    client: Client,
    title: str,
    words: str,
    business: str,
    effect: dict[str, Any],
    times: tuple[str, str],
    election: dict[str, Any] | None,
    wait: int,
) -> None:
    business = class_for(client, business, effect["type"], elects=election is not None)
    opens, closes = (0, 0)
    if times[1]:
        opens, closes = times_for(client, business, effect["type"], *times)
    body = {
        "title": title,
        "text": words,
        "business": business,
        "opens": opens,
        "closes": closes,
        "effect": effect,
        "election": election,
    }
    act(client, "proposal.new", body, wait, f"Proposed: {title}" if closes else f"Drafted: {title}")


@app.command()
def notice(proposal: Proposal, closes: Closes, opens: Opens = "", wait: Wait = 0) -> None:
    """Put a draft of yours to the members."""
    with connect("proposal notice", signs=True) as client:
        row = _get(client, proposal)
        at, end = times_for(client, row["business"], row["effect"], opens, closes)
        body = {"proposal": row["proposal"], "opens": at, "closes": end}
        act(client, "proposal.notice", body, wait, f"Gave notice of {proposal}")


@app.command()
def amend(proposal: Proposal, words: Words = "", file: WordsFile = None, wait: Wait = 0) -> None:
    """Change the text of a proposal of yours, before its vote opens."""
    _say("proposal.amend", proposal, _said(words, file), wait, "Amended", {})


@app.command()
def offer(
    proposal: Proposal,
    words: Words = "",
    file: WordsFile = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    wait: Wait = 0,
) -> None:
    """Offer another text to the author of a proposal."""
    said = _said(words, file)
    _say("amendment.offer", proposal, said, wait, "Offered a text for", {"reason": reason})


@app.command()
def accept(
    proposal: Proposal,
    amendment: Annotated[str, typer.Argument(help="The amendment's id: proposal show.")],
    wait: Wait = 0,
) -> None:
    """Take the text that a member offers for a proposal of yours."""
    with connect("proposal accept", signs=True) as client:
        row = _get(client, proposal)
        ids = [each["amendment"] for each in row["amendments"]]
        wanted = amendment.lower()
        meant = [each for each in ids if each.startswith(wanted) and len(wanted) >= ID_MIN]
        if len(meant) != 1:
            raise Stop(
                Exit.NOT_FOUND,
                "GOV-16",
                f"{len(meant) or 'No'} amendments of {proposal} are called {amendment}.",
                f"See rochdale proposal show {proposal}",
            )
        body = {"proposal": row["proposal"], "amendment": meant[0]}
        act(client, "amendment.accept", body, wait, f"Took the amendment of {proposal}")


@app.command()
def comment(proposal: Proposal, words: Words = "", file: WordsFile = None, wait: Wait = 0) -> None:
    """Say a word in the discussion; it can be erased later."""
    more = {"salt": secrets.token_hex(16)}
    _say("comment.make", proposal, _said(words, file), wait, "Commented on", more)


def _said(words: str, file: Path | None) -> str:
    said = words if file is None else read_text(file)
    if not said.strip():
        raise Stop(Exit.USAGE, "usage", "Say it with --text, or with --file FILE.")
    return said


def _say(kind: str, proposal: str, said: str, wait: int, done: str, more: dict[str, Any]) -> None:
    with connect(kind.replace(".", " "), signs=True) as client:
        body = {"proposal": find(client, proposal, "proposal"), "text": said, **more}
        act(client, kind, body, wait, f"{done} {proposal}")


@app.command()
def interest(
    proposal: Proposal,
    nature: Annotated[str, typer.Argument(help="What it is: our sister firm sells it.")],
    wait: Wait = 0,
) -> None:
    """Declare an interest of your own in the matter."""
    with connect("proposal interest", signs=True) as client:
        body = {"proposal": find(client, proposal, "proposal"), "nature": nature}
        act(client, "interest.declare", body, wait, f"Declared an interest in {proposal}")


@app.command()
def stand(
    proposal: Proposal,
    statement: Annotated[str, typer.Option(help="What you say for yourself.")] = "",
    wait: Wait = 0,
) -> None:
    """Stand for election."""
    with connect("proposal stand", signs=True) as client:
        body = {"proposal": find(client, proposal, "proposal"), "statement": statement}
        act(client, "candidate.stand", body, wait, f"You stand in {proposal}")


@app.command("stand-down")
def stand_down(proposal: Proposal, wait: Wait = 0) -> None:
    """Stand for election no more."""
    with connect("proposal stand-down", signs=True) as client:
        body = {"proposal": find(client, proposal, "proposal")}
        act(client, "candidate.withdraw", body, wait, f"You stand no more in {proposal}")


@app.command()
def withdraw(proposal: Proposal, wait: Wait = 0) -> None:
    """Take a proposal of yours back, before the close."""
    with connect("proposal withdraw", signs=True) as client:
        wanted = find(client, proposal, "proposal")
        act(client, "proposal.withdraw", {"proposal": wanted}, wait, "Withdrawn")


@app.command("list")
def list_(
    open_only: Annotated[bool, typer.Option("--open", help="Only those that go on.")] = False,
) -> None:
    """List the proposals, those that go on first."""
    with connect("proposal list") as client:
        rows = client.get("/v1/open_proposals" if open_only else "/v1/proposals")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Proposal", proposal_label),
            ("Title", "title"),
            ("Business", "business"),
            ("Status", status_of),
            ("Closes", lambda row: when(row["closes"])),
            ("For", lambda row: "" if row["seats"] else row["voted_for"]),
            ("Against", lambda row: "" if row["seats"] else row["voted_against"]),
            ("Voted", lambda row: f"{row['voted']} of {row['electors']}"),
            ("Quorum", "quorum"),
        ],
        "There are no proposals. Make one: rochdale proposal new TITLE --closes 3d",
    )


def _get(client: Client, proposal: str) -> dict[str, Any]:
    wanted = find(client, proposal, "proposal")
    row: dict[str, Any] = client.get("/v1/proposal", proposal=wanted)
    return row


@app.command()
def show(
    proposal: Proposal,
    wait: Annotated[int, typer.Option(help="Seconds to wait until it is decided.", min=0)] = 0,
) -> None:
    """Show all about a proposal: its rule, its text, what was said, the ballots, the count."""
    with connect("proposal show") as client:
        if client.running:
            until(lambda: _get(client, proposal)["status"] not in _ONGOING, wait)
        row = _get(client, proposal)
    if not answer(row):
        print_proposal(row)


@app.command()
def export(proposal: Proposal, out: Out = None, checkpoint: Since = None) -> None:
    """Write the proof file of how a vote ended, for rochdale recount and verify anywhere."""
    with connect("proposal export") as client:
        row = _get(client, proposal)
        export_proof(client, "decision", row["proposal"], proposal_label(row), out, checkpoint)
