"""The rules of a co-op as data (RUL-1 to RUL-12 of ``specs/07-rules.md``).

RUL-1   A rule set has 1 to 16 classes of business and says which of them may carry each effect.
RUL-2   The quorum is its share of the electors, rounded up, at least ``quorum_least``, and never
        more than all of them.
RUL-3   A majority carries with at least its share, or with more than it, of those who voted for or
        against, or of all electors.
RUL-4   Every class that is named stands in the set.
RUL-5   Every class can carry: no share or quorum beyond all, none that is more than all.
RUL-6   Every class can be used: where only officers may propose, some class that others can
        use appoints officers.
RUL-7   The rules can be changed: some class carries that effect.
RUL-8   Nobody decides alone: a quorum of two electors is two of them.
RUL-9   No minority decides: a share is more than half, or at least that and more.
RUL-10  Witnesses are elected, by an election; an election has no other effect than to appoint.
RUL-11  A sealed vote isn't closed early, as until the close nobody can count it; nor delegated.
RUL-12  A decision changes the rules that held at its notice, and no others.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import Field, StringConstraints

from .errors import Refused
from .fields import Millis, Model, Name, Note
from .limits import CLASSES_MAX, DAY_MS

__all__ = [
    "EFFECTS",
    "PROTOCOL_VERSION",
    "BusinessClass",
    "ClassName",
    "Consensus",
    "Consent",
    "EffectName",
    "Election",
    "Fraction",
    "Majority",
    "Method",
    "Office",
    "Rules",
    "Test",
    "check_rules",
    "standard_rules",
]

PROTOCOL_VERSION = 1

Share = Annotated[int, Field(ge=0, le=1_000)]

NoticeDays = Annotated[int, Field(ge=0, le=365)]
"""Clear days: one more would put the opening beyond ``VOTE_MS_MAX``, and nothing could carry."""

ClassName = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z-]{0,30}\z")]
"""A class of business, such as ``ordinary``."""

Office = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z0-9-]{0,39}\z")]
"""An office, such as ``secretary``."""

Method: TypeAlias = Literal["scottish-stv", "irv", "schulze", "approval", "score"]

EffectName: TypeAlias = Literal[
    "admit",
    "suspend",
    "restore",
    "expel",
    "rekey",
    "rules",
    "appoint",
    "vacate",
    "witnesses",
    "adopt",
    "end",
    "refer",
    "spend",
    "distribute",
    "settle",
    "dissolve",
]
"""What a decision may do besides saying so."""

EFFECTS: Final[tuple[EffectName, ...]] = get_args(EffectName)


class Fraction(Model):
    """A share of the members, ``over`` / ``under``."""

    over: Share
    under: Annotated[int, Field(ge=1, le=1_000)]

    def of(self, count: int) -> int:
        """Return the smallest whole number that is at least this share of ``count``."""
        return -(-count * self.over // self.under)


class Majority(Model):
    """Carried with a share of those who voted for or against, or of all electors (RUL-3).

    ``above``: only with more than the share.
    """

    type: Literal["majority"] = "majority"
    share: Fraction
    above: bool
    of: Literal["votes", "electors"]


class Consent(Model):
    """Carried unless a reasoned objection stands."""

    type: Literal["consent"] = "consent"


class Consensus(Model):
    """Carried if somebody, and everybody who voted for or against, is for it."""

    type: Literal["consensus"] = "consensus"


class Election(Model):
    """Candidates or options, counted by a method of CNT-4."""

    type: Literal["election"] = "election"
    method: Method


Test = Annotated[Majority | Consent | Consensus | Election, Field(discriminator="type")]


class BusinessClass(Model):
    """One class of business: how it is put, voted on and carried.

    Attributes:
        quorum: share of the electors that must vote, at least ``quorum_least`` of them.
        notice_days: clear days between the minute of the notice and the vote's opening.
        voting_ms_min: least time between the opening and the close.
        proposers: offices that may propose; nobody named: every member.
        amendable: whether the text may be amended after the notice, before the vote opens.
        secrecy: whether ballots can be read before the close.
        early: whether a vote closes once no ballot that is missing could change its end.
        proxies: how many others one member may vote for.
        delegation: whether standing delegations count.
        interested: whether who declares an interest may vote.
        adjourn_days: an inquorate vote is held again so many days later; 0: it is not.
    """

    test: Test
    quorum: Fraction
    quorum_least: Annotated[int, Field(ge=1, le=1_000)]
    notice_days: NoticeDays
    voting_ms_min: Annotated[int, Field(ge=0, le=366 * DAY_MS)]
    proposers: Annotated[list[Office], Field(max_length=CLASSES_MAX)]
    amendable: bool
    secrecy: Literal["open", "sealed"]
    early: bool
    proxies: Annotated[int, Field(ge=0, le=5)]
    delegation: bool
    interested: Literal["vote", "abstain"]
    adjourn_days: Annotated[int, Field(ge=0, le=366)]

    def quorum_of(self, electors: int) -> int:
        """Return how many of so many electors must vote (RUL-2)."""
        return min(electors, max(self.quorum.of(electors), self.quorum_least))


class Rules(Model):
    """What the members agreed on: in the charter, and changed by decision.

    Attributes:
        title, source: what they are called, and what they were made from.
        classes: the classes of business by name.
        effects: the classes that may carry each effect; one that isn't named can't be.
        expulsion_days: clear days of notice, with the reasons, to whom an expulsion is about.
        vouches: members who must vouch for an applicant before one is admitted.
        witnesses: whether every member may attest minutes, or those who were elected to.
        invite_ms_max: longest life of an invite.
        dormant_minutes: a witness goes dormant that attested none of so many minutes
            over more than ``dormant_days`` days.
    """

    title: Name
    source: Note
    classes: Annotated[dict[ClassName, BusinessClass], Field(min_length=1, max_length=CLASSES_MAX)]
    effects: dict[EffectName, Annotated[list[ClassName], Field(max_length=CLASSES_MAX)]]
    expulsion_days: NoticeDays
    vouches: Annotated[int, Field(ge=0, le=100)]
    witnesses: Literal["all", "elected"]
    invite_ms_max: Millis
    dormant_minutes: Annotated[int, Field(ge=1, le=1_000_000)]
    dormant_days: Annotated[int, Field(ge=1, le=3_650)]


def check_rules(rules: Rules) -> None:
    """Check that the members can govern themselves by these rules.

    Raises:
        Refused: RUL-4 to RUL-11, with the class and the reason.
    """
    for effect, names in sorted(rules.effects.items()):
        for name in names:
            if name not in rules.classes:
                raise Refused("RUL-4", effect=effect, name=name)
    for name, kind in sorted(rules.classes.items()):
        _check_class(name, kind)
    _check_offices(rules)
    if not rules.effects.get("rules"):
        raise Refused("RUL-7")
    for effect, names in sorted(rules.effects.items()):
        for name in names:
            is_election = isinstance(rules.classes[name].test, Election)
            if is_election and effect not in ("appoint", "witnesses"):
                raise Refused("RUL-10", effect=effect, name=name, why="is carried by an election")
            if effect == "witnesses" and not is_election:
                raise Refused("RUL-10", effect=effect, name=name, why="isn't an election")
    if rules.witnesses == "elected" and not rules.effects.get("witnesses"):
        raise Refused("RUL-10", effect="witnesses", name="", why="is carried by no class")


def _check_class(name: str, kind: BusinessClass) -> None:
    quorum, test = kind.quorum, kind.test
    if quorum.over > quorum.under:
        raise Refused("RUL-5", name=name, why="its quorum is more than all electors")
    if kind.quorum_least < 2 and 2 * quorum.over <= quorum.under:
        raise Refused("RUL-8", name=name)
    if kind.secrecy == "sealed" and (kind.early or kind.delegation):
        raise Refused("RUL-11", name=name)
    if isinstance(test, Majority):
        over, under = test.share.over, test.share.under
        if over > under or (over == under and test.above):
            raise Refused("RUL-5", name=name, why="its majority is more than all votes")
        if 2 * over < under or (2 * over == under and not test.above):
            raise Refused("RUL-9", name=name)


def _check_offices(rules: Rules) -> None:
    """RUL-6: whoever must hold an office to propose can be appointed by some others."""
    appoint = rules.effects.get("appoint", [])
    if any(not rules.classes[name].proposers for name in appoint):
        return
    for name, kind in sorted(rules.classes.items()):
        if kind.proposers:
            raise Refused("RUL-6", name=name)


_HALF: Final = Fraction(over=1, under=2)
_ALL: Final = Fraction(over=1, under=1)


def _standard_classes(voting_ms_min: int) -> dict[str, BusinessClass]:
    def kind(
        test: Majority | Consent | Consensus | Election,
        quorum: Fraction,
        secrecy: Literal["open", "sealed"] = "open",
    ) -> BusinessClass:
        return BusinessClass(
            test=test,
            quorum=quorum,
            quorum_least=2,
            notice_days=0,
            voting_ms_min=voting_ms_min,
            proposers=[],
            amendable=True,
            secrecy=secrecy,
            early=False,
            proxies=5 if isinstance(test, Majority | Election) else 0,
            delegation=False,
            interested="vote",
            adjourn_days=0,
        )

    third, quarters = Fraction(over=1, under=3), Fraction(over=3, under=4)
    stv = Election(method="scottish-stv")
    return {
        "ordinary": kind(Majority(share=_HALF, above=True, of="votes"), third),
        "special": kind(Majority(share=quarters, above=False, of="votes"), _HALF),
        "entrenched": kind(Majority(share=_ALL, above=False, of="electors"), _ALL),
        "written": kind(Majority(share=_HALF, above=True, of="electors"), _HALF),
        "consent": kind(Consent(), _HALF),
        "consensus": kind(Consensus(), _HALF),
        "election": kind(stv, third),
        "options": kind(Election(method="schulze"), third),
        "secret": kind(stv, third, "sealed"),
    }


def _standard_effects() -> dict[EffectName, list[ClassName]]:
    common = ["consensus", "consent", "ordinary", "special", "written"]
    everyday: tuple[EffectName, ...] = (
        "admit",
        "restore",
        "adopt",
        "end",
        "refer",
        "spend",
        "distribute",
    )
    grave: tuple[EffectName, ...] = ("suspend", "expel", "rekey", "rules")
    return {
        **dict.fromkeys(everyday, common),
        **{effect: ["special"] for effect in grave},
        "appoint": ["election", "ordinary", "secret"],
        "vacate": ["ordinary", "special"],
        "witnesses": ["election", "secret"],
        "settle": ["ordinary", "special"],
        "dissolve": ["entrenched", "special"],
    }


def standard_rules(
    *, voting_ms_min: int = DAY_MS, expulsion_days: int = 21, **changes: int
) -> Rules:
    """Return the rules that a co-op has whose founders choose no others.

    Args:
        voting_ms_min: of every class.
        changes: of other numbers of ``Rules``.
    """
    values: dict[str, object] = {
        "title": "Standard rules",
        "source": "",
        "classes": _standard_classes(voting_ms_min),
        "effects": _standard_effects(),
        "expulsion_days": expulsion_days,
        "vouches": 0,
        "witnesses": "all",
        "invite_ms_max": 30 * DAY_MS,
        "dormant_minutes": 20,
        "dormant_days": 14,
    }
    return Rules.model_validate(values | changes)
