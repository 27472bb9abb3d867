"""A proposal as it is printed: its rule, its words, the discussion, the ballots, the count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .show import facts, minutes_text, say, short, text, when

__all__ = ["ballot_words", "print_proposal", "proposal_label", "status_of"]

Row = dict[str, Any]


def proposal_label(row: Row) -> str:
    """Return ``P-3``, or the beginning of the id of one that no minute holds yet."""
    return f"P-{row['number']}" if row["number"] else short(row["proposal"])


def status_of(row: Row) -> str:
    """Return where a proposal stands."""
    pending = "" if row["standing"] == "final" else " (pending)"
    return f"{row['status']}{pending}"


def print_proposal(row: Row) -> None:
    """Print all about a proposal."""
    facts([(name, value) for name, value in _facts(row) if value])
    if row["candidates"]:
        say("")
        say("Candidates")
    for number, each in enumerate(row["candidates"], 1):
        mark = f", elected {each['elected']}" if each["elected"] else ""
        who = f" {short(each['member'])}" if each["member"] else ""
        say(f"  {number:>3} {each['name']}{who}{mark}")
    if row["text"]:
        say("")
        text(row["text"])
    for title, lines in (
        ("Amendments", list(_amendments(row))),
        ("Interests", [f"{_who(each)}: {each['nature']}" for each in row["interests"]]),
        ("Discussion", list(_comments(row))),
        ("Proxies", list(proxy_lines(row))),
        ("Ballots", list(_ballots(row))),
    ):
        if lines:
            say("")
            say(title)
            for line in lines:
                text(f"  {line}")
    if row["report"] is not None:
        say("")
        _print_count(row)


def _facts(row: Row) -> Iterator[tuple[str, object]]:
    yield "Proposal", f"{proposal_label(row)}  {row['proposal']}"
    yield "Title", row["title"]
    yield "By", f"{row['author_name']}  {row['author'][:16]}"
    yield "Business", _rule(row)
    yield "Effect", _effect(row)
    yield "Status", status_of(row)
    yield "Notice", minutes_text(row["noticed"]) if row["noticed"] else ""
    yield "Opens", _opens(row)
    yield "Closes", when(row["closes"])
    yield "Closed", minutes_text(row["closed"]) if row["closed"] else ""
    if row["electors"]:
        voted = f"{row['voted']} of {row['electors']}, {row['quorum']} are needed"
        yield "Voted", voted + (f", {row['spoilt']} spoilt" if row["spoilt"] else "")
        yield "Tally", _tally(row)
    yield "Elected", ", ".join(row["elected"])
    if row["trustees"]:
        opened = f", {row['unsealed']} ballots opened" if row["status"] == "opening" else ""
        yield "Trustees", f"{len(row['trustees'])}, more than half of them open it{opened}"
    yield "Don't vote", ", ".join(short(each) for each in row["excluded"])
    yield "Continues", row["continues"]
    yield "Goes on as", row["continued"]


def _opens(row: Row) -> str:
    if row["opened"]:
        return minutes_text(row["opened"])
    return when(row["opens"]) or ("with the minute that holds it" if row["closes"] else "")


def _rule(row: Row) -> str:
    from rochdale_protocol.core.ruleset import BusinessClass
    from rochdale_protocol.governance.plain import class_line

    line = class_line(row["business"], BusinessClass.model_validate(row["rule"]))
    return f"{line}; sealed ballots" if row["secrecy"] == "sealed" else line


def _effect(row: Row) -> str:
    from rochdale_protocol.governance.wording import effect_line

    from ..words import words_of

    subject = row["subject_name"] or row["subject"][:16]
    line = effect_line(row["effect_body"], subject) or "its words alone"
    if row["effect_code"]:
        line += f" ({row['effect_code']}: {words_of(row['effect_code'], {})[0]})"
    return line


def _tally(row: Row) -> str:
    if row["seats"]:
        return f"{row['seats']} to elect"
    if row["secrecy"] == "sealed" and row["status"] in ("open", "opening"):
        return "sealed until the close"
    return f"{row['voted_for']} for, {row['voted_against']} against, {row['abstained']} abstain"


def _who(each: Row) -> str:
    return f"{each['name']} {short(each['member'])}"


def _amendments(row: Row) -> Iterator[str]:
    for each in row["amendments"]:
        taken = f", taken in {minutes_text(each['accepted'])}" if each["accepted"] else ""
        reason = f": {each['reason']}" if each["reason"] else ""
        yield f"{short(each['amendment'])} by {_who(each)}{taken}{reason}"
        yield each["text"]


def _comments(row: Row) -> Iterator[str]:
    for each in row["comments"]:
        answers = " (answers)" if each["answers"] else ""
        yield f"{_who(each)}{answers}: {each['text'] or '(erased)'}"


def proxy_lines(row: Row) -> Iterator[str]:
    """Yield who votes for whom."""
    for each in row["proxies"]:
        told = f", instructed to vote {each['instruction']}" if each["instruction"] else ""
        holder = f"{each['holder_name']} {short(each['holder'])}"
        yield f"{holder} for {each['principal_name']} {short(each['principal'])}{told}"


def _ballots(row: Row) -> Iterator[str]:
    names = [each["name"] for each in row["candidates"]]
    for each in row["ballots"]:
        notes = [f"by {each['by_name']}"] if each["by"] else []
        if each["replaced"]:
            notes.append(f"changed, {each['replaced']} before it")
        if each["standing"] == "pending":
            notes.append("pending")
        after = f" ({', '.join(notes)})" if notes else ""
        reason = f": {each['reason']}" if each["reason"] else ""
        yield f"{_who(each)}: {ballot_words(each, names)}{after}{reason}"


def ballot_words(ballot: Row, names: list[str]) -> str:
    """Return what a ballot says; ``names`` are those of the ballot paper."""
    if ballot["form"] == "ranks":
        ranks = (" = ".join(names[each - 1] for each in rank) for rank in ballot["ranks"])
        return ", ".join(ranks) or "nobody"
    if ballot["form"] == "scores":
        marks = ", ".join(f"{names[each - 1]} {mark}" for each, mark in ballot["scores"])
        return marks or "nobody"
    return str(ballot["choice"] or ballot["form"])


def _print_count(row: Row) -> None:
    from rochdale_protocol.governance.closing import election_of

    from .count import print_count

    entry = {
        "candidates": row["candidates"][:-1],
        "seats": row["seats"],
        "rule": row["rule"],
    }
    papers = [
        {each["form"]: each[each["form"]]}
        for each in row["ballots"]
        if each["form"] in ("ranks", "scores")
    ]
    print_count(election_of(entry, papers, bytes.fromhex(row["seed"])), "")
