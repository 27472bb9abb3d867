"""``rochdale coop``: found, join, show or refound a co-op."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .client import connect, home_path
from .files import check_free, read_json, read_text, write_json
from .frame import Commands, Exit, Stop
from .joining import apply
from .refounding import draft_anew, mark, origin, review_refounding, succession
from .rules import chosen_rules, rules_facts, with_voting_time
from .show import answer, can_ask, confirm, facts, minutes_text, note, say, table, text, when
from .times import now_ms, span_ms

if TYPE_CHECKING:
    from rochdale_protocol.core.ruleset import Rules
    from rochdale_protocol.minutes.minute import Founder, SignedCharter

__all__ = ["app"]

app = Commands()

Addresses = Annotated[
    list[str] | None,
    typer.Option("--address", metavar="HOST:PORT", help="Where others reach your node; repeat it."),
]
VotingTime = Annotated[
    str,
    typer.Option(
        help="How long every vote must stay open at least, such as 3d; else as the rules say."
    ),
]
RulesOption = Annotated[
    str,
    typer.Option(
        "--rules", help="standard, consortium, worker, circle or pact; or a file of rules."
    ),
]
CharterFile = Annotated[Path, typer.Argument(help="The charter's file.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]


@app.command()
def card(address: Addresses = None) -> None:
    """Print your founder's card: give it to whoever drafts the charter."""
    typer.echo(json.dumps(_card(address).model_dump()))


def _card(addresses: list[str] | None) -> Founder:
    from rochdale_protocol.minutes.minute import Founder

    from ..home import Home
    from ..links.address import format_address, parse_address

    identity = Home(home_path()).identity
    return Founder(
        name=identity.name,
        entity=identity.entity,
        member=identity.member,
        device=identity.device,
        label=identity.label,
        addresses=[format_address(*parse_address(one)) for one in addresses or []],
    )


@app.command()
def draft(
    name: Annotated[str, typer.Option(help="The co-op's name.")],
    purpose: Annotated[str, typer.Option(help="What it is for.")],
    card: Annotated[list[Path], typer.Option(metavar="FILE", help="A founder's card; repeat it.")],
    rules: RulesOption = "standard",
    voting_time: VotingTime = "",
    out: Annotated[Path, typer.Option(help="Where to write the charter.")] = Path("charter.json"),
) -> None:
    """Draft a charter from the founders' cards; each founder then signs it."""
    check_free(out)
    founders = [_read_card(file) for file in card]
    signed = _new_charter(name, purpose, founders, _chosen(rules, voting_time))
    write_json(out, signed.model_dump())
    if answer({"coop": signed.charter.coop(), "file": str(out)}):
        return
    say(f"The charter of {name} with {len(card)} founders is in {out}.")
    say(
        f"Next: each founder runs rochdale coop sign {out}, then all run rochdale coop found {out}."
    )


def _read_card(file: Path) -> Founder:
    from pydantic import ValidationError

    from rochdale_protocol.minutes.minute import Founder

    try:
        return Founder.model_validate(read_json(file))
    except ValidationError:
        raise Stop(
            Exit.USAGE, "API-11", f"{file} is not a founder's card.", "See rochdale coop card."
        ) from None


def _chosen(rules: str, voting_time: str) -> Rules:
    """Return the rules to found with; raises Stop, or Refused RUL-n."""
    found = chosen_rules(rules)
    return with_voting_time(found, span_ms(voting_time)) if voting_time else found


def _new_charter(name: str, purpose: str, founders: list[Founder], rules: Rules) -> SignedCharter:
    from pydantic import ValidationError

    from rochdale_protocol.core.ruleset import PROTOCOL_VERSION
    from rochdale_protocol.minutes.minute import Charter, SignedCharter

    try:
        charter = Charter(
            v=PROTOCOL_VERSION,
            name=name,
            purpose=purpose,
            rules=rules,
            founders=sorted(founders, key=lambda founder: founder.member),
            at=now_ms(),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise Stop(
            Exit.USAGE,
            "usage",
            f"The charter's {first['loc'][0]} will not do:"
            f" {first['msg'].removeprefix('Value error, ')}.",
            "See rochdale coop draft --help.",
        ) from None
    return SignedCharter(charter=charter, signatures=[None] * len(founders))


@app.command()
def sign(file: CharterFile, yes: Yes = False) -> None:
    """Read a charter and add your signature to its file."""
    from .secret import open_home_keys

    signed = _read_charter(file)
    place = _my_place(signed)
    if not yes and can_ask():
        _show_charter(signed)
    found = None
    if signed.charter.refounds is not None:
        found = review_refounding(signed)
    confirm(
        "Sign this charter?", yes=yes, instead=f"Read it, then: rochdale coop sign {file} --yes"
    )
    keys = open_home_keys(home_path())
    signatures = list(signed.signatures)
    signatures[place] = signed.charter.sign(keys.device)
    signed = signed.model_copy(update={"signatures": signatures})
    write_json(file, signed.model_dump())
    missing = _missing(signed)
    if answer({"coop": signed.charter.coop(), "missing": missing, "refounding": found}):
        return
    if missing:
        say(f"Signed. Still to sign: {len(missing)}. Next: send {file} to {missing[0]}.")
    else:
        say(f"Signed by all. Next: every founder runs rochdale coop found {file}.")


def _read_charter(file: Path) -> SignedCharter:
    from rochdale_protocol.core.canonical import encode
    from rochdale_protocol.minutes.minute import SignedCharter

    return SignedCharter.from_bytes(encode(read_json(file)))


def _my_place(signed: SignedCharter) -> int:
    from ..home import Home

    device = Home(home_path()).identity.device
    for place, founder in enumerate(signed.charter.founders):
        if founder.device == device:
            return place
    raise Stop(
        Exit.REFUSED,
        "MIN-10",
        "This device is not among the founders of that charter.",
        "Give your card (rochdale coop card) to whoever drafts it, for a new draft.",
    )


def _missing(signed: SignedCharter) -> list[str]:
    """Return the names of the founders who have not signed this very charter."""
    return [founder.name for founder, has_signed in _signers(signed) if not has_signed]


def _signers(signed: SignedCharter) -> list[tuple[Founder, bool]]:
    """Return each founder, and whether its signature is there and of this very charter."""
    from rochdale_protocol.core.errors import Refused
    from rochdale_protocol.core.hashes import Tag
    from rochdale_protocol.core.keys import check_signature

    found = []
    for founder, signature in zip(signed.charter.founders, signed.signatures, strict=True):
        data, given = signed.charter.core.data, bytes.fromhex(signature or "")
        try:
            check_signature(founder.device, Tag.SIGN_CHARTER, data, given, "MIN-11")
        except Refused:
            found.append((founder, False))
        else:
            found.append((founder, True))
    return found


def _check_signed(signed: SignedCharter) -> None:
    """Raise Stop MIN-11 with the names of those who have not signed; Refused RUL-n."""
    missing = _missing(signed)
    if missing:
        raise Stop(
            Exit.REFUSED,
            "MIN-11",
            f"This charter is not signed by: {', '.join(missing)}.",
            "Send it round again: each of them runs rochdale coop sign.",
            {"missing": missing},
        )
    signed.check()


def _show_charter(signed: SignedCharter) -> None:
    charter = signed.charter
    facts(
        [
            ("Co-op", f"{charter.name}  {charter.coop()}"),
            *origin(charter.refounds),
            ("Drafted", when(charter.at)),
            *rules_facts(charter.rules),
        ]
    )
    for founder, has_signed in _signers(signed):
        state = "signed" if has_signed else "has not signed this"
        say(f"  {founder.name}, {founder.entity}  {founder.member[:16]}  {state}")
    say("")
    text(charter.purpose)
    say("")


@app.command()
def found(
    file: Annotated[Path | None, typer.Argument(help="A charter that all founders signed.")] = None,
    name: Annotated[str, typer.Option(help="Of a co-op that you found alone.")] = "",
    purpose: Annotated[str, typer.Option(help="What it is for.")] = "",
    address: Addresses = None,
    rules: RulesOption = "standard",
    voting_time: VotingTime = "",
) -> None:
    """Begin the book: from a charter that all founders signed, or alone with --name."""
    from .secret import open_home_keys

    if file is not None:
        signed = _read_charter(file)
        _my_place(signed)
    elif name and purpose:
        signed = _new_charter(name, purpose, [_card(address)], _chosen(rules, voting_time))
        signature = signed.charter.sign(open_home_keys(home_path()).device)
        signed = signed.model_copy(update={"signatures": [signature]})
    else:
        raise Stop(
            Exit.USAGE,
            "usage",
            "Found it from what?",
            "Name a charter's file, or say --name and --purpose to found alone.",
        )
    _check_signed(signed)
    with connect("coop found") as client:
        begun = client.post("/v1/books", {"charter": signed.model_dump()})
        running = client.running
    if answer(begun):
        return
    say(f"{begun['name']} is founded: {begun['coop']}")
    if not running:
        say("Next: rochdale up. Invite others with rochdale invite new.")


@app.command()
def join(
    invitation: Annotated[str, typer.Argument(help="The link, or a file that holds it.")],
    yes: Yes = False,
) -> None:
    """Read the charter that an invitation leads to, then apply to be admitted."""
    link = invitation if invitation.startswith("rochdale:") else read_text(Path(invitation))
    with connect("coop join", signs=True) as client:
        shown = client.post("/v1/charters", {"link": link})
        if not yes:
            _review(shown)
        for name, value in origin(shown["charter"]["charter"]["refounds"]):
            note(f"{name} {value}")
        client.post("/v1/books", {"charter": shown["charter"], "link": link})
        done = apply(client, link)
        running = client.running
    if answer({**done, "coop": shown["coop"]}):
        return
    say(f"You applied to {shown['charter']['charter']['name']} ({done['record'][:8]}).")
    if running:
        say("The members decide now; rochdale status says where you stand.")
    else:
        say("Next: rochdale up sends the application; the members then decide.")


def _review(shown: dict[str, Any]) -> None:
    from rochdale_protocol.minutes.minute import SignedCharter

    if not can_ask():
        return  # an application binds nobody until the members admit
    _show_charter(SignedCharter.model_validate(shown["charter"]))
    confirm("Apply to be a member under this charter?", yes=False, instead="Add --yes.")


@app.command()
def show(
    charter: Annotated[
        bool, typer.Option("--charter", help="Print the signed charter as JSON.")
    ] = False,
) -> None:
    """Show the co-op, its charter and who you are in it."""
    from rochdale_protocol.minutes.minute import SignedCharter

    with connect("coop show") as client:
        found: dict[str, Any] = client.get("/v1/coop")
    if charter:
        typer.echo(json.dumps(found["charter"]))
        return
    if answer(found):
        return
    _show_charter(SignedCharter.model_validate(found["charter"]))
    facts(
        [
            *succession(found["successors"]),
            ("You are", f"{found['member_name']}  {found['member']}"),
            ("Device", found["device"]),
        ]
    )
    note("Compare the co-op's id with another member when you check proofs.")


@app.command("list")
def list_() -> None:
    """List the co-ops of this home."""
    with connect("coop list") as client:
        rows = client.get("/v1/books")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Co-op", lambda row: row["coop"][:8]),
            ("Name", "name"),
            ("Last minute", lambda row: minutes_text(row["height"])),
            ("", lambda row: "; ".join(mark(row))),
        ],
        "This home holds no co-op. See rochdale coop found and rochdale coop join.",
    )


@app.command()
def refound(
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME", help="A member who founds anew too; repeat it."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Who is gone; repeat it. All others found anew."),
    ] = None,
    card: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="The card of a member whose devices in the old book are gone; repeat it.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where to write the charter.")] = Path("charter.json"),
    yes: Yes = False,
) -> None:
    """Draft the charter of a new book, where too many are gone for the old one to go on."""
    draft_anew(with_ or [], without or [], [_read_card(file) for file in card or []], out, yes=yes)
