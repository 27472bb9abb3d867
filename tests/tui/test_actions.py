"""Who may do what, and what each act signs, apart from any screen."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from pydantic import BaseModel

from rochdale_node.api.voting import BallotAsked
from rochdale_protocol.agreements.records import AgreementDraft, AgreementSign
from rochdale_protocol.areas import kinds
from rochdale_protocol.contributions.records import (
    ContributionConfirm,
    ContributionCorrect,
    ContributionDispute,
)
from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.disputes.records import (
    DisputeAccept,
    DisputeAgree,
    DisputeAnswer,
    DisputeDecline,
    DisputeMediator,
    DisputeOpen,
    DisputeRefer,
    DisputeSettle,
    DisputeWithdraw,
)
from rochdale_protocol.governance.records import (
    AmendmentAccept,
    AmendmentOffer,
    CandidateStand,
    CandidateWithdraw,
    CommentMake,
    DelegationEnd,
    DelegationGive,
    InterestDeclare,
    MeetingApprove,
    ProposalAmend,
    ProposalNew,
    ProposalWithdraw,
    ProxyAppoint,
    ProxyRevoke,
)
from rochdale_protocol.governance.views import ProposalDetail
from rochdale_protocol.membership.records import (
    DeviceRevoke,
    MandateEnd,
    MandateGive,
    OfficeResign,
    WitnessReady,
)
from rochdale_tui.actions import (
    agreements,
    contributions,
    delegations,
    discussion,
    disputes,
    elections,
    governance,
    meetings,
    membership,
    proxies,
    settling,
    speaking,
)
from rochdale_tui.actions.review import Review, why_not_act

from .affairs import busy_world
from .affairs import settling as settling_dispute
from .world import NOW, RULES, agreement, contribution, farms_world, proposal

WORLD = farms_world()
ME, OTHER, THIRD = WORLD.members[:3]
STATUS = WORLD.status
BUSY = busy_world()
SETTLING = settling_dispute(3, OTHER, ME)
OPEN, _, _, NOTICE, OTHERS, ELECTION, ABOUT_ME = BUSY.proposals
INTACT = frozenset(v.record for a in WORLD.agreements for v in a.versions)
SPECIAL = RULES.classes["special"]


def vote(whole: ProposalDetail, **values: str) -> Review:
    """Review a ballot that is typed so."""
    ballot = governance.read_ballot(whole, values)
    return governance.review_ballot(whole, ballot, STATUS, NOW)


def call(**changes: object) -> elections.Call:
    """An election to an office of three days' candidacies."""
    plain = elections.Call(
        title="T", text="x", elects="office", office="chair", office_until=NOW + DAY_MS,
        options=(), seats=2, business="election", opens=NOW + DAY_MS, closes=NOW + 3 * DAY_MS,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def called(**changes: object) -> Review:
    """Review an election."""
    rule = RULES.classes["election"]
    return elections.review_election(call(**changes), rule, STATUS, NOW)


def affairs() -> list[tuple[Review, type[BaseModel]]]:
    """Reviews of discussions, elections, proxies, offices, mandates, disputes and minutes."""
    amendment = NOTICE.amendments[0]
    given = OPEN.model_copy(
        update={"proxies": [OPEN.proxies[0].model_copy(update={"principal": ME.member})]}
    )
    by_proxy = governance.review_ballot(
        OPEN, governance.read_ballot(OPEN, {"choice": "for"}), STATUS, NOW, OPEN.proxies[0]
    )
    mandate = speaking.review_mandate(
        ME.devices[0], "Ann Bell", "director", "all", NOW + DAY_MS, [], STATUS, NOW
    )
    return [
        (discussion.review_comment(OPEN, "so", STATUS), CommentMake),
        (discussion.review_comment(ABOUT_ME, "no", STATUS), CommentMake),
        (discussion.review_amend(NOTICE, "x", "", STATUS, NOW), ProposalAmend),
        (discussion.review_amend(OTHERS, "x", "y", STATUS, NOW), AmendmentOffer),
        (discussion.review_accept(NOTICE, amendment, STATUS, NOW), AmendmentAccept),
        (discussion.review_interest(OPEN, "kin", STATUS), InterestDeclare),
        (called(), ProposalNew),
        (called(elects="witnesses", office="", office_until=0), ProposalNew),
        (called(elects="options", options=("A", "B"), opens=0), ProposalNew),
        (elections.review_stand(ELECTION, "I can", STATUS, NOW), CandidateStand),
        (elections.review_stand_down(ELECTION, STATUS, NOW), CandidateWithdraw),
        (proxies.review_proxy(OPEN, OTHER, "for", STATUS, NOW), ProxyAppoint),
        (proxies.review_end_proxy(given, STATUS), ProxyRevoke),
        (by_proxy, BallotAsked),
        (speaking.review_resign_office(BUSY.offices[0], STATUS), OfficeResign),
        (mandate, MandateGive),
        (speaking.review_end_mandate(BUSY.mandates[0], STATUS), MandateEnd),
        (disputes.review_complaint([OTHER], {"ab" * 32: "A-1"}, "x", STATUS), DisputeOpen),
        (disputes.review_answer(BUSY.disputes[0], "x", STATUS), DisputeAnswer),
        (meetings.review_approval(BUSY.meetings[0], {}, STATUS), MeetingApprove),
        (delegations.review_delegation("special", OTHER, BUSY.delegations, STATUS), DelegationGive),
        (delegations.review_end_delegation(BUSY.delegations[1], STATUS), DelegationEnd),
        (settling.review_mediator(SETTLING, THIRD, STATUS), DisputeMediator),
        (settling.review_word(SETTLING, "accept", STATUS), DisputeAccept),
        (settling.review_word(SETTLING, "decline", STATUS), DisputeDecline),
        (settling.review_settlement(SETTLING, "x", STATUS), DisputeSettle),
        (settling.review_agreement(SETTLING, STATUS), DisputeAgree),
        (settling.review_end(SETTLING, "withdraw", STATUS, NOW), DisputeWithdraw),
        (settling.review_end(SETTLING, "refer", STATUS, NOW), DisputeRefer),
    ]


def reviews() -> list[tuple[Review, type[BaseModel]]]:
    held = contribution(1, OTHER, ME)
    given = contribution(2, ME, OTHER)
    return [
        (vote(WORLD.proposals[0], choice="for", reason="so"), BallotAsked),
        (governance.review_withdraw(WORLD.proposals[1], STATUS), ProposalWithdraw),
        (
            governance.review_proposal("T", "x", "special", SPECIAL, NOW + DAY_MS, STATUS, NOW),
            ProposalNew,
        ),
        (
            membership.review_admit(WORLD.applications[0], "", RULES, NOW + 1, STATUS, NOW),
            ProposalNew,
        ),
        (membership.review_revoke(WORLD.members[0].devices[1], "", STATUS), DeviceRevoke),
        (membership.review_ready(STATUS), WitnessReady),
        (agreements.review_agreement(WORLD.agreements[0], INTACT, STATUS), AgreementSign),
        (
            agreements.review_draft("T", "x", {ME.member: ME.name}, "a.md", STATUS),
            AgreementDraft,
        ),
        (contributions.review_confirm(held, STATUS), ContributionConfirm),
        (contributions.review_dispute(held, "no", STATUS), ContributionDispute),
        (contributions.review_correct(given, "3", "", STATUS), ContributionCorrect),
        *affairs(),
    ]


@pytest.mark.parametrize(("review", "body"), reviews(), ids=lambda each: getattr(each, "title", ""))
def test_bodies_are_the_protocols(review: Review, body: type[BaseModel]) -> None:
    """Each body is one that the protocol takes, of the kind that is named."""
    signed = dict(review.body)
    if review.words is not None:
        kinds()[review.words.kind].body.model_validate(review.words.body)
        signed[review.words.field] = "ab" * 32
    body.model_validate(signed)
    assert review.kind == getattr(body, "kind", "ballot")


@pytest.mark.parametrize(("review", "body"), reviews(), ids=lambda each: getattr(each, "title", ""))
def test_reviews_say_who_and_how(review: Review, body: type[BaseModel]) -> None:
    """Each review names who signs with which device, what it means, and a command."""
    del body
    labels = dict(review.rows)
    assert labels["As"] == f"{ME.name} {ME.member[:8]}, device {ME.devices[0].device[:8]}"
    assert labels["Means"]
    assert labels["Undo"]
    assert shlex.split(review.command)[0] == "rochdale"


@pytest.mark.parametrize(("review", "body"), reviews(), ids=lambda each: getattr(each, "title", ""))
def test_commands_exist(review: Review, body: type[BaseModel]) -> None:
    """Each command is one of the command line's, with options that it has."""
    del body
    from importlib import import_module

    from typer.main import get_command

    _, group, name, *words = shlex.split(review.command)
    command = get_command(import_module(f"rochdale_node.cli.{group}").app)
    found = command.commands[name]  # type: ignore[attr-defined]
    options = {option for each in found.params for option in each.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_names_are_quoted() -> None:
    """A hostile name can't break out of the command that the review prints."""
    bad = "x'; rm -rf ~ #$(id)`id`"
    review = governance.review_proposal(bad, bad, "special", SPECIAL, NOW + 1, STATUS, NOW)
    assert shlex.split(review.command)[3] == bad


def test_who_may_vote() -> None:
    """Only an open proposal in a minute, before its deadline, can be voted on."""
    open_ = WORLD.proposals[0]
    assert governance.why_not_vote(open_, NOW) == ""
    for changes in ({"status": "carried"}, {"number": 0}, {"closes": NOW}):
        assert governance.why_not_vote(open_.model_copy(update=changes), NOW)


def test_who_may_sign() -> None:
    """Only a party that has not signed the newest version, whose text is its hash's."""
    one = WORLD.agreements[0]
    assert agreements.why_not_sign(one, INTACT, STATUS) == ""
    assert "does not match" in agreements.why_not_sign(one, frozenset(), STATUS)
    assert "signed v1" in agreements.why_not_sign(WORLD.agreements[1], INTACT, STATUS)
    foreign = agreement(5, "T", ["x"], WORLD.members[1:3], [0, 0])
    assert agreements.why_not_sign(foreign, INTACT, STATUS) == "you are not a party"


def test_who_may_confirm_dispute_correct() -> None:
    """Receivers confirm and dispute, providers correct, nobody touches what is confirmed."""
    mine, given = contribution(1, OTHER, ME), contribution(2, ME, OTHER)
    foreign = contribution(3, OTHER, THIRD)
    done = {"status": "confirmed"}
    assert not contributions.why_not_confirm(mine, STATUS)
    assert not contributions.why_not_dispute(mine, STATUS)
    assert not contributions.why_not_correct(given, STATUS)
    assert contributions.why_not_confirm(given, STATUS)
    assert contributions.why_not_confirm(foreign, STATUS)
    assert contributions.why_not_correct(mine, STATUS)
    assert contributions.why_not_confirm(mine.model_copy(update=done), STATUS)
    assert contributions.why_not_correct(given.model_copy(update=done), STATUS)


def test_who_may_act_at_all() -> None:
    """An active member with an active device and a node that answers, nobody else."""
    assert why_not_act(STATUS, "up") == ""
    assert why_not_act(None, "up")
    assert why_not_act(STATUS, "down")
    for field, values in {
        "member_status": ("suspended", "resigned", "expelled", "applying", "outside"),
        "device_status": ("revoked", "frozen", "applying", "unknown"),
    }.items():
        for value in values:
            assert why_not_act(STATUS.model_copy(update={field: value}), "up")


def test_changes_between_versions() -> None:
    """The difference has every changed line, with one line around."""
    lines = agreements.changes(WORLD.agreements[0], 1, 2)
    assert [line for line in lines if line[0] in "+-"] == [
        "- 2. Then indexed, ceiling 6 %.",
        "+ 2. Then indexed, ceiling 4 %.",
        "+ 3. Either party may leave, 60 days' notice.",
    ]
    same = agreement(6, "T", ["x\n", "x\n"], [ME, OTHER], [0, 0])
    assert agreements.changes(same, 1, 2) == []


def test_pending_things_are_named_by_their_id() -> None:
    """What has no number yet goes by the beginning of its id."""
    pending = proposal(9, ME, "T").model_copy(update={"number": 0})
    assert governance.proposal_label(pending) == pending.proposal[:8]
