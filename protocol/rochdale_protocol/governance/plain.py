"""A rule set as a page of plain words: every parameter of it is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Final

from ..core.limits import DAY_MS
from ..core.ruleset import (
    EFFECTS,
    BusinessClass,
    Consensus,
    Consent,
    EffectName,
    Fraction,
    Majority,
    Method,
    Rules,
)

__all__ = ["Section", "class_line", "length_of", "rules_page"]

_DOES: Final[dict[EffectName, str]] = {
    "admit": "Admit an applicant",
    "suspend": "Suspend a member",
    "restore": "End a suspension",
    "expel": "Expel a member",
    "rekey": "Give a member that lost its keys a new one",
    "rules": "Change these rules",
    "appoint": "Appoint to an office",
    "vacate": "End an appointment",
    "witnesses": "Choose who attests minutes",
    "adopt": "Adopt an agreement for all",
    "end": "End an agreement that was adopted",
    "refer": "Put a matter again in another class",
    "spend": "Approve a spend",
    "distribute": "Distribute a surplus",
    "settle": "Decide a dispute",
    "dissolve": "Dissolve the co-op",
}
_METHODS: Final[dict[Method, str]] = {
    "scottish-stv": "single transferable vote, as in Scottish council elections",
    "irv": "instant run-off",
    "schulze": "the Schulze method",
    "approval": "approval",
    "score": "scores",
}
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
                   "ten", "eleven", "twelve")  # fmt: skip
_SHARES: Final = {
    (1, 2): "half",
    (1, 3): "a third",
    (2, 3): "two thirds",
    (1, 4): "a quarter",
    (3, 4): "three quarters",
    (1, 1): "all",
}
_UNITS: Final = ((DAY_MS, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and sentences under it."""

    title: str
    lines: tuple[str, ...]


def rules_page(rules: Rules) -> list[Section]:
    """Return rules as a page to read; what all classes share stands there once."""
    classes = sorted(rules.classes.items(), key=lambda item: _rank(item[0]))
    lines = {name: _class(kind) for name, kind in classes}
    first, *others = lines.values()
    common = [line for line in first if others and all(line in each for each in others)]
    return [
        Section(rules.title, (f"Made from: {rules.source}",) if rules.source else ()),
        Section("What may be decided", tuple(_carries(rules))),
        *([Section("All business", tuple(common))] if common else []),
        *(
            Section(f"{_title(name)} business", tuple(line for line in own if line not in common))
            for name, own in lines.items()
        ),
        Section("Members and the book", tuple(_others(rules))),
    ]


def class_line(name: str, kind: BusinessClass) -> str:
    """Return one line about a class: how it is carried, its quorum, its notice."""
    notice = f"; {_days(kind.notice_days)} of notice" if kind.notice_days else ""
    share = _share(kind.quorum) if kind.quorum.over else ""
    least = f"at least {_number(kind.quorum_least)}" if share != "all" else ""
    quorum = ", ".join(filter(None, (share, least)))
    return f"{_title(name)}: {_short(kind)}; quorum {quorum}{notice}"


def _rank(name: str) -> tuple[int, str]:
    known = ("ordinary", "special", "entrenched", "written")
    return (known.index(name) if name in known else len(known), name)


def _carries(rules: Rules) -> list[str]:
    lines = []
    for effect in EFFECTS:
        names = rules.effects.get(effect, [])
        by = f"{_listed(names, 'or')} business" if names else "nothing can"
        lines.append(f"{_DOES[effect]}: {by}.")
    return lines


def _class(kind: BusinessClass) -> list[str]:
    return [
        _test(kind),
        f"{_upper(_quorum(kind))} must vote.",
        f"{_upper(_days(kind.notice_days))} of notice before the vote opens."
        if kind.notice_days
        else "The vote may open at once.",
        f"Voting is open for at least {length_of(kind.voting_ms_min)}."
        if kind.voting_ms_min
        else "Voting may be open for as short as its proposer likes.",
        f"Only {_listed(kind.proposers, 'or')} may propose."
        if kind.proposers
        else "Every member may propose.",
        "The text may be amended until the vote opens."
        if kind.amendable
        else "The text stands as notice of it was given.",
        "Ballots are sealed: nobody can read them before the close, and every member after it."
        if kind.secrecy == "sealed"
        else "Ballots are open: every member can read them.",
        "The vote closes once nobody who hasn't voted could change its end."
        if kind.early
        else "The vote runs its time.",
        f"A member votes as proxy for at most {_number(kind.proxies)} "
        f"{'other' if kind.proxies == 1 else 'others'}."
        if kind.proxies
        else "There are no proxies.",
        "Standing delegations count." if kind.delegation else "Standing delegations don't count.",
        "Who declares an interest may vote."
        if kind.interested == "vote"
        else "Who declares an interest doesn't vote, for itself or for another.",
        f"Without its quorum a vote is held again after {_days(kind.adjourn_days, clear=False)}, "
        f"and then {_number(kind.quorum_least)} must vote."
        if kind.adjourn_days
        else "Without its quorum a vote has failed.",
    ]


def _test(kind: BusinessClass) -> str:
    test = kind.test
    match test:
        case Majority():
            who = "who vote for or against" if test.of == "votes" else "who may vote"
            amount = _amount(test)
            return (
                f"Carried when {'all' if amount == 'all' else f'{amount} of those'} {who} are for."
            )
        case Consent():
            return "Carried when somebody is for and nobody objects with a reason."
        case Consensus():
            return "Carried when somebody is for and nobody is against."
        case _:
            return f"Candidates or options are elected by {_METHODS[test.method]}."


def _short(kind: BusinessClass) -> str:
    test = kind.test
    match test:
        case Majority():
            amount, of = _amount(test), "votes" if test.of == "votes" else "all members"
            return f"all {of.removeprefix('all ')}" if amount == "all" else f"{amount} of {of}"
        case Consent():
            return "no reasoned objection"
        case Consensus():
            return "nobody against"
        case _:
            return f"an election by {_METHODS[test.method]}"


def _amount(test: Majority) -> str:
    share = _share(test.share)
    if share == "all" and not test.above:
        return share
    return f"{'more than' if test.above else 'at least'} {share}"


def _quorum(kind: BusinessClass) -> str:
    least, share = kind.quorum_least, kind.quorum
    if not share.over:
        return f"at least {_number(least)} {_members(least)}"
    if share.over == share.under:
        return "all members"
    part = f"at least {_share(share)} of the members"
    return part if least == 1 else f"{part}, and never fewer than {_number(least)},"


def _others(rules: Rules) -> list[str]:
    expulsion = (
        f"{_upper(_days(rules.expulsion_days))} of notice, with the reasons, before the vote on an"
        " expulsion opens, if its class asks for fewer; whom it is about may answer."
        if rules.expulsion_days
        else "An expulsion has the notice of its class; whom it is about may answer."
    )
    vouches = (
        f"{_upper(_number(rules.vouches))} {_members(rules.vouches)} must vouch for an applicant."
        if rules.vouches
        else "Nobody needs to vouch for an applicant."
    )
    witnesses = (
        "Every member may attest minutes."
        if rules.witnesses == "all"
        else "Members who are elected to attest minutes."
    )
    dormant = (
        f"Who attests none of {rules.dormant_minutes} minutes over more than"
        f" {_days(rules.dormant_days, clear=False)} is no longer waited for, until it is back."
    )
    return [
        "Where there are fewer members than must vote, all must.",
        expulsion,
        vouches,
        f"An invitation is good for at most {length_of(rules.invite_ms_max)}.",
        witnesses,
        dormant,
    ]


def _title(name: str) -> str:
    return _upper(name.replace("-", " "))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _members(count: int) -> str:
    return "member" if count == 1 else "members"


def _days(count: int, *, clear: bool = True) -> str:
    return f"{_number(count)} {'clear ' if clear else ''}{'day' if count == 1 else 'days'}"


def length_of(ms: int) -> str:
    """Return a length of time in words, such as ``three days``."""
    for size, unit in _UNITS:
        if ms % size == 0:
            count = ms // size
            return f"{_number(count)} {unit}{'' if count == 1 else 's'}"
    return f"{ms} milliseconds"


def _share(share: Fraction) -> str:
    common = gcd(share.over, share.under)
    over, under = share.over // common, share.under // common
    if (over, under) in _SHARES:
        return _SHARES[over, under]
    return f"{over * 100 // under}%" if 100 % under == 0 else f"{over}/{under}"


def _listed(names: Sequence[str], word: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last
