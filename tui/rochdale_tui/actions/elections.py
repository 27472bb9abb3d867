"""Elections: calling one, standing for it, standing no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.core.ruleset import BusinessClass, Election, Rules
from rochdale_protocol.governance.plain import class_line
from rochdale_protocol.governance.views import ProposalDetail, ProposalView
from rochdale_protocol.views import StatusView

from ..phrases import moment, until
from .governance import proposal_label
from .review import Review, command, signer

__all__ = [
    "ELECTS",
    "Call",
    "Elects",
    "elective",
    "is_candidate",
    "review_election",
    "review_stand",
    "review_stand_down",
    "usual_elective",
    "why_not_class",
    "why_not_elect",
    "why_not_stand",
]

Elects = Literal["office", "witnesses", "members", "options"]

ELECTS: Final[dict[Elects, str]] = {
    "office": "who is elected holds the office that you name",
    "witnesses": "who is elected attests minutes",
    "members": "members stand; the result is its words alone",
    "options": "a choice among what you name, not among members",
}


@dataclass(frozen=True, slots=True)
class Call:
    """An election as it was typed.

    Attributes:
        elects: what is elected, with the ``office`` and its end, or the ``options``.
        opens: until when members may stand; 0: the vote opens at once.
    """

    title: str
    text: str
    elects: Elects
    office: str
    office_until: int
    options: tuple[str, ...]
    seats: int
    business: str
    opens: int
    closes: int

    @property
    def effect(self) -> dict[str, Any]:
        """What the election does."""
        if self.elects == "office":
            return {
                "type": "appoint",
                "office": self.office,
                "members": [],
                "until": self.office_until,
            }
        return {"type": "witnesses" if self.elects == "witnesses" else "none"}


def elective(rules: Rules) -> list[str]:
    """Return the classes of business that elect."""
    return [name for name, rule in sorted(rules.classes.items()) if _elects(rule)]


def _elects(rule: BusinessClass) -> bool:
    return isinstance(rule.test, Election)


def usual_elective(rules: Rules) -> str:
    """Return the class for who chooses none; "" if the rules know no election."""
    names = elective(rules)
    return "election" if "election" in names else next(iter(names), "")


def why_not_elect(rules: Rules) -> str:
    """Say why no election can be called."""
    return "" if elective(rules) else "by the co-op's rules no class of business elects"


def why_not_class(rules: Rules, business: str, elects: Elects, seats: int) -> str:
    """Say why a class of business can't hold such an election."""
    rule = rules.classes.get(business)
    if rule is None or not isinstance(rule.test, Election):
        return f"{business} business elects nobody"
    effect: Literal["appoint", "witnesses"] = "appoint" if elects == "office" else "witnesses"
    able = rules.effects.get(effect, [])
    if elects in ("office", "witnesses") and business not in able:
        names = [name for name in able if _elects(rules.classes[name])]
        return f"by the rules {' or '.join(names) or 'no'} business elects {elects}"
    if rule.test.method == "irv" and seats != 1:
        return f"{business} business fills one seat"
    return ""


def review_election(call: Call, rule: BusinessClass, status: StatusView, now: int) -> Review:
    """Prepare an election."""
    words = ["proposal", "elect", call.title, "--seats", str(call.seats)]
    for option in call.options:
        words += ["--option", option]
    if call.elects == "office":
        words += ["--office", call.office]
        words += ["--until", moment(call.office_until)] if call.office_until else []
    elif call.elects == "witnesses":
        words += ["--witnesses"]
    words += ["--opens", moment(call.opens)] if call.opens else []
    words += ["--closes", moment(call.closes), "--business", call.business]
    words += ["--text", call.text] if call.text else []
    stands = "the options alone"
    if not call.options:
        stands = f"members may stand until {moment(call.opens)}, for {until(call.opens, now)}"
    starts = moment(call.opens) if call.opens else "with the minute that holds it"
    means = ELECTS[call.elects]
    if call.elects == "office":
        ends = f" until {moment(call.office_until)}" if call.office_until else ""
        means = f"who is elected holds the office of {call.office}{ends}"
    return Review(
        title="CALL AN ELECTION",
        kind="proposal.new",
        body={
            "title": call.title,
            "text": call.text,
            "business": call.business,
            "opens": call.opens,
            "closes": call.closes,
            "effect": call.effect,
            "election": {"seats": call.seats, "options": list(call.options)},
        },
        confirm="Call",
        command=command(*words),
        rows=(
            ("Title", call.title),
            ("Seats", str(call.seats)),
            ("Method", class_line(call.business, rule)),
            ("Stand", ", ".join(call.options) or stands),
            ("Opens", starts),
            ("Closes", f"{moment(call.closes)}, in {until(call.closes, now)}"),
            ("As", signer(status)),
            ("Means", means),
            ("Undo", "withdraw it before the close"),
        ),
        obstacle=_too_short(rule, call.closes - max(call.opens, now)),
        done="Election signed",
    )


def _too_short(rule: BusinessClass, length: int) -> str:
    if length < rule.voting_ms_min:
        return f"such a vote is open for {rule.voting_ms_min / DAY_MS:g} days or more"
    return ""


def is_candidate(whole: ProposalDetail | None, status: StatusView | None) -> bool:
    """Say whether this member stands."""
    if whole is None or status is None:
        return False
    return any(each.member == status.member for each in whole.candidates)


def why_not_stand(proposal: ProposalView, whole: ProposalDetail | None, now: int) -> str:
    """Say why nobody can begin or cease to stand now, as far as is known."""
    if not proposal.seats:
        return "it is no election"
    if proposal.status == "draft":
        return "notice of it was not given yet"
    if proposal.status != "notice" or proposal.opens <= now:
        return "one stands before the vote opens"
    options = whole is not None and any(not each.member for each in whole.candidates[:-1])
    return "it is a choice among options" if options else ""


def review_stand(whole: ProposalDetail, statement: str, status: StatusView, now: int) -> Review:
    """Prepare a candidacy."""
    name = proposal_label(whole)
    words = ["proposal", "stand", name, *(["--statement", statement] if statement else [])]
    stands = is_candidate(whole, status)
    return Review(
        title="STAND FOR ELECTION",
        kind="candidate.stand",
        body={"proposal": whole.proposal, "statement": statement},
        confirm="Stand",
        command=command(*words),
        rows=(
            ("In", f"{name} {whole.title}, {whole.seats} seats"),
            ("You say", statement or "nothing"),
            ("Others", f"{len(whole.candidates[:-1])} stand so far"),
            ("As", signer(status)),
            ("Means", "you are on the ballot paper; voting opens at " + moment(whole.opens)),
            ("Undo", "stand down before the vote opens"),
        ),
        obstacle=why_not_stand(whole, whole, now) or ("you stand already" if stands else ""),
        done=f"Candidacy in {name} signed",
    )


def review_stand_down(whole: ProposalDetail, status: StatusView, now: int) -> Review:
    """Prepare the end of a candidacy."""
    name = proposal_label(whole)
    stands = is_candidate(whole, status)
    return Review(
        title="STAND DOWN",
        kind="candidate.withdraw",
        body={"proposal": whole.proposal},
        confirm="Stand down",
        command=command("proposal", "stand-down", name),
        rows=(
            ("In", f"{name} {whole.title}"),
            ("As", signer(status)),
            ("Means", "you are not on the ballot paper"),
            ("Undo", "stand again before the vote opens"),
        ),
        obstacle=why_not_stand(whole, whole, now) or ("" if stands else "you don't stand"),
        done=f"End of your candidacy in {name} signed",
    )
