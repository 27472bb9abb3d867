"""Governance: proposals, ballots, what carries and what a decision does (GOV-n)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.limits import VOTE_MS_MAX
from rochdale_protocol.core.ruleset import Fraction, standard_rules
from rochdale_protocol.governance.closing import outcome as outcome_of
from rochdale_protocol.governance.effects import Admit, Effect, Expel, NoEffect
from rochdale_protocol.governance.records import BallotCast, Choice, ProposalNew, ProposalWithdraw
from rochdale_protocol.membership.records import MemberInvite, MemberResign
from rochdale_protocol.state.state import Value
from tests.protocol.coops import VOTE_MS, Coop, device, recovery
from tests.protocol.forging import deliver, forge, refusal
from tests.protocol.membership.test_rules import TOKEN, application


def proposal(coop: Coop, *, business: str = "", effect: Effect | None = None) -> ProposalNew:
    return ProposalNew(
        opens=0,
        election=None,
        title="Buy a trailer",
        text="",
        business=business or ("special" if isinstance(effect, Expel) else "ordinary"),
        closes=coop.wall + VOTE_MS,
        effect=effect or NoEffect(),
    )


def ballot(record: str, choice: Choice = "for") -> BallotCast:
    return BallotCast(principal=None, proposal=record, choice=choice, reason="")


def outcome(coop: Coop, votes: str, body: ProposalNew) -> Value:
    """Return a proposal after votes of farms 0, 1, ...: f, a, x (abstain) or - (none)."""
    record = coop.write(0, body).id
    names: dict[str, Choice] = {"f": "for", "a": "against", "x": "abstain"}
    for number, vote in enumerate(votes):
        if vote in names:
            coop.author(number, ballot(record, names[vote]))
    coop.pump()
    coop.pass_time(VOTE_MS)
    entries = [ledger.final.need(f"proposal/{record}") for ledger in coop.ledgers]
    assert all(entry == entries[0] for entry in entries)
    return entries[0]


def applied(coop: Coop) -> str:
    """Let farm ``len(nodes)`` apply and return the application."""
    coop.write(0, MemberInvite(token=TOKEN.public, expires=coop.wall + 100_000))
    record = forge(coop, len(coop.nodes), application(coop, len(coop.nodes)))
    deliver(coop, record)
    coop.pump()
    return record.id


@pytest.mark.parametrize(
    ("business", "votes", "status"),
    [
        # Ordinary, 7 members, quorum ceil(7/3) = 3.
        ("ordinary", "f------", "inquorate"),
        ("ordinary", "ff-----", "inquorate"),
        ("ordinary", "fxx----", "carried"),
        ("ordinary", "xxx----", "lost"),
        ("ordinary", "faaff--", "carried"),
        ("ordinary", "ffaa---", "lost"),
        ("ordinary", "ffaaf--", "carried"),
        ("ordinary", "aaa----", "lost"),
        # Special, quorum ceil(7/2) = 4, three quarters of those who did not abstain.
        ("special", "fff----", "inquorate"),
        ("special", "fffa---", "carried"),
        ("special", "ffffaa-", "lost"),
        ("special", "fffffaa", "lost"),
        ("special", "ffffffa", "carried"),
        ("special", "xxxx---", "lost"),
        ("special", "fxxx---", "carried"),
        # Entrenched, all must vote and all for it.
        ("entrenched", "ffffff-", "inquorate"),
        ("entrenched", "ffffffx", "lost"),
        ("entrenched", "ffffffa", "lost"),
        ("entrenched", "fffffff", "carried"),
    ],
)
def test_what_carries(business: str, votes: str, status: str) -> None:
    """Each class of business carries by its own share and quorum (GOV-7, GOV-8)."""
    coop = Coop(7)
    entry = outcome(coop, votes, proposal(coop, business=business))
    assert entry["status"] == status
    assert (entry["for"], entry["against"], entry["abstain"]) == tuple(map(votes.count, "fax"))
    assert entry["closed"] == coop.nodes[0].ledger.height


@pytest.mark.parametrize(
    ("business", "voted_for", "against", "carried"),
    [
        ("ordinary", 0, 0, False),
        ("ordinary", 5, 5, False),
        ("ordinary", 6, 5, True),
        ("special", 0, 0, False),
        ("special", 3, 1, True),
        ("special", 74, 25, False),
        ("special", 75, 25, True),
        ("special", 2**50, 2**50 // 3, True),
        ("special", 3 * 2**48 - 1, 2**48, False),
        ("entrenched", 99, 0, False),
        ("entrenched", 100, 0, True),
    ],
)
def test_majorities_are_exact(business: str, voted_for: int, against: int, carried: bool) -> None:
    """Majorities are counted in whole numbers, without rounding (GOV-7), of 100 electors."""
    test = standard_rules().classes[business].test.model_dump()
    ended = outcome_of(test, voted_for, against, 0, 100, 0)
    assert ended == ("carried" if carried else "lost")


@pytest.mark.parametrize(
    ("share", "count", "quorum"),
    [((1, 3), 7, 3), ((1, 3), 6, 2), ((1, 3), 1, 1), ((1, 2), 7, 4), ((2, 3), 100, 67),
     ((0, 1), 7, 0), ((1, 1), 7, 7), ((1000, 1000), 3, 3)],
)  # fmt: skip
def test_a_quorum_is_rounded_up(share: tuple[int, int], count: int, quorum: int) -> None:
    """A quorum is the least whole number that is at least the share (RUL-2, GOV-8)."""
    assert Fraction(over=share[0], under=share[1]).of(count) == quorum


def test_a_vote_is_open_long_enough() -> None:
    """A proposal that closes sooner than the rules allow is GOV-1; at the bound it passes."""
    coop = Coop(1, standard_rules(voting_ms_min=500))
    body = proposal(coop)
    early = body.model_copy(update={"closes": coop.wall + 499})
    assert refusal(coop, 0, early) == "GOV-1"
    coop.write(0, body.model_copy(update={"closes": coop.wall + 500}))


def test_a_vote_is_not_put_off_for_years() -> None:
    """One that opens, or closes, more than 366 days later is GOV-1; at the bound it passes."""
    coop = Coop(1)
    body = proposal(coop)
    last = coop.wall + VOTE_MS_MAX
    for opens, closes in ((0, last + 1), (last + 1, last + 2), (last, last + VOTE_MS_MAX + 1)):
        bad = body.model_copy(update={"opens": opens, "closes": closes})
        assert refusal(coop, 0, bad) == "GOV-1"
    coop.write(0, body.model_copy(update={"opens": last, "closes": last + VOTE_MS_MAX}))


def test_the_electorate_is_frozen() -> None:
    """Who joins or leaves later changes neither electors nor quorum (GOV-2)."""
    coop = Coop(4)
    body = proposal(coop).model_copy(update={"closes": coop.wall + 100_000})
    record = coop.write(0, body).id
    coop.admit()
    coop.write(3, MemberResign(reason=""))
    entry = coop.nodes[0].ledger.final.need(f"proposal/{record}")
    assert (entry["electors"], entry["quorum"]) == (4, 2)


def test_a_ballot_of_one_who_left_stands() -> None:
    """A ballot cast before its member left still counts (GOV-2)."""
    coop = Coop(4)
    record = coop.write(0, proposal(coop)).id
    coop.write(3, ballot(record))
    coop.write(3, MemberResign(reason=""))
    coop.write(0, ballot(record))
    coop.pass_time(VOTE_MS)
    entry = coop.nodes[0].ledger.final.need(f"proposal/{record}")
    assert (entry["status"], entry["for"]) == ("carried", 2)


def test_a_ballot_in_the_closing_minute_is_late() -> None:
    """A ballot in the first minute at the deadline is refused with GOV-5 and not counted (GOV-3).

    Its author signed it in time; the minute decides.
    """
    coop = Coop(4)
    record = coop.write(0, proposal(coop)).id
    for number in (0, 1):
        coop.write(number, ballot(record))
    late = forge(coop, 2, ballot(record, "against"), at=coop.wall)
    coop.wall += VOTE_MS
    deliver(coop, late)
    coop.pump()
    ledger = coop.nodes[0].ledger
    assert (late.id, "GOV-5") in ledger.tip.records
    entry = ledger.final.need(f"proposal/{record}")
    assert (entry["status"], entry["against"]) == ("carried", 0)


def test_a_ballot_just_before_the_deadline_counts() -> None:
    """One millisecond earlier, the same ballot counts (GOV-3)."""
    coop = Coop(4)
    record = coop.write(0, proposal(coop)).id
    coop.wall += VOTE_MS - 1
    coop.pump()
    coop.write(1, ballot(record, "against"))
    assert coop.nodes[0].ledger.final.need(f"proposal/{record}")["against"] == 1


def test_a_later_ballot_replaces_the_earlier() -> None:
    """The last ballot of a member counts, once (GOV-4)."""
    coop = Coop(4)
    record = coop.write(0, proposal(coop)).id
    for choice in ("for", "against", "abstain", "against"):
        coop.write(1, ballot(record, choice))
    entry = coop.nodes[0].ledger.final.need(f"proposal/{record}")
    assert (entry["for"], entry["against"], entry["abstain"]) == (0, 1, 0)
    kept = coop.nodes[0].ledger.final.need(f"ballot/{record}/{recovery(1).public}")
    assert (kept["paper"], kept["replaced"]) == ({"choice": "against"}, 3)


def test_a_ballot_needs_an_open_proposal() -> None:
    """A ballot on nothing, on a proposal withdrawn or closed, is GOV-5."""
    coop = Coop(1)
    assert refusal(coop, 0, ballot("ab" * 32)) == "GOV-5"
    withdrawn = coop.write(0, proposal(coop)).id
    coop.write(0, ProposalWithdraw(proposal=withdrawn))
    assert refusal(coop, 0, ballot(withdrawn)) == "GOV-5"
    closed = coop.write(0, proposal(coop)).id
    coop.write(0, ballot(closed))
    coop.pass_time(VOTE_MS)
    assert refusal(coop, 0, ballot(closed)) == "GOV-5"


def test_a_deadline_that_passed_offline_closes_the_vote_ahead() -> None:
    """A node that is cut off doesn't let its user vote after the close (GOV-5)."""
    coop = Coop(4)
    record = coop.write(0, proposal(coop)).id
    coop.nodes[0].linked = False
    coop.author(0, ballot(record))
    coop.nodes[0].ledger.wall_ms += VOTE_MS
    assert refusal(coop, 0, ballot(record, "against")) == "GOV-5"


def test_a_newcomer_has_no_ballot_in_an_older_vote() -> None:
    """Who joined after the vote opened is GOV-6; in a vote opened later they count."""
    coop = Coop(4)
    body = proposal(coop).model_copy(update={"closes": coop.wall + 100_000})
    record = coop.write(0, body).id
    number = coop.admit()
    assert refusal(coop, number, ballot(record)) == "GOV-6"
    later = coop.write(0, proposal(coop)).id
    coop.write(number, ballot(later))


def test_a_decision_that_became_impossible_is_recorded() -> None:
    """A carried effect that can't be carried out leaves its code and no half of itself (GOV-9)."""
    coop = Coop(4)
    body = proposal(coop, effect=Expel(member=recovery(3).public, reasons="x"))
    record = coop.write(0, body).id
    for number in (0, 1):
        coop.author(number, ballot(record))
    coop.write(3, MemberResign(reason=""))
    coop.pass_time(VOTE_MS)
    state = coop.nodes[0].ledger.final
    entry = state.need(f"proposal/{record}")
    assert (entry["status"], entry["effect_code"]) == ("carried", "MEM-10")
    assert state.need(f"member/{recovery(3).public}")["status"] == "resigned"
    assert state.count("members") == 3


def test_two_decisions_on_one_applicant() -> None:
    """Who was admitted stays so when a second proposal on the same application is lost (GOV-9)."""
    coop = Coop(4)
    name = applied(coop)
    first = coop.write(0, proposal(coop, effect=Admit(application=name))).id
    late = proposal(coop, effect=Admit(application=name))
    second = coop.write(0, late.model_copy(update={"closes": late.closes + 1})).id
    for number in range(4):
        coop.author(number, ballot(first))
        coop.author(number, ballot(second, "against"))
    coop.pump()
    coop.pass_time(VOTE_MS + 1)
    state = coop.nodes[0].ledger.final
    assert state.need(f"proposal/{second}")["status"] == "lost"
    assert state.need(f"application/{name}")["status"] == "admitted"
    assert state.need(f"member/{recovery(4).public}")["status"] == "active"


@pytest.mark.parametrize(("votes", "status"), [("aaaa", "declined"), ("f---", "open")])
def test_what_becomes_of_an_application(votes: str, status: str) -> None:
    """A lost vote declines the applicant; an inquorate one leaves the application open."""
    coop = Coop(4)
    name = applied(coop)
    outcome(coop, votes, proposal(coop, effect=Admit(application=name)))
    state = coop.nodes[0].ledger.final
    assert state.need(f"application/{name}")["status"] == status
    assert state.need(f"device/{device(4).public}")["status"] == "applying"


def test_only_its_author_withdraws() -> None:
    """Another member's withdrawal is GOV-10, a second one GOV-5."""
    coop = Coop(2)
    record = coop.write(0, proposal(coop)).id
    assert refusal(coop, 1, ProposalWithdraw(proposal=record)) == "GOV-10"
    coop.write(0, ProposalWithdraw(proposal=record))
    assert refusal(coop, 0, ProposalWithdraw(proposal=record)) == "GOV-5"
    height = coop.nodes[0].ledger.height
    coop.pass_time(VOTE_MS)
    assert coop.nodes[0].ledger.height == height


def test_an_effect_has_a_subject() -> None:
    """A proposal to expel or admit nobody, or one who left, is GOV-11."""
    coop = Coop(4)
    assert refusal(coop, 0, proposal(coop, effect=Expel(member="ab" * 32, reasons="x"))) == "GOV-11"
    assert refusal(coop, 0, proposal(coop, effect=Admit(application="ab" * 32))) == "GOV-11"
    coop.write(3, MemberResign(reason=""))
    gone = proposal(coop, effect=Expel(member=recovery(3).public, reasons="x"))
    assert refusal(coop, 0, gone) == "GOV-11"
    coop.write(0, proposal(coop, effect=Expel(member=recovery(2).public, reasons="x")))


def test_the_last_witness_is_not_expelled() -> None:
    """A decision that would leave the book without a witness is recorded with MEM-8 (GOV-9)."""
    coop = Coop(1)
    entry = outcome(coop, "f", proposal(coop, effect=Expel(member=recovery(0).public, reasons="x")))
    assert (entry["status"], entry["effect_code"]) == ("carried", "MEM-8")
    assert coop.nodes[0].ledger.final.count("members") == 1


def test_deadlines_close_in_their_order() -> None:
    """Of two decisions that one minute closes, the one with the earlier deadline acts first.

    It was proposed later, so that neither arrival nor number decides (EXE-1).
    """
    coop = Coop(4)
    body = proposal(coop, effect=Expel(member=recovery(3).public, reasons="x"))
    late, early = (
        coop.write(0, body.model_copy(update={"closes": coop.wall + after})).id
        for after in (500, 400)
    )
    for number in range(3):
        coop.author(number, ballot(late))
        coop.author(number, ballot(early))
    coop.pump()
    coop.pass_time(VOTE_MS)
    state = coop.nodes[0].ledger.final
    assert state.need(f"proposal/{early}")["effect_code"] == ""
    assert state.need(f"proposal/{late}")["effect_code"] == "MEM-10"
    assert list(state.scan("deadline/")) == []
