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
from rochdale_protocol.core.ruleset import Election
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
from rochdale_tui.actions.review import FormError, Review, why_not_act

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


def test_who_may_answer() -> None:
    """Whom a decision is about answers; a suspended member is heard too, and no one who left."""
    assert discussion.review_comment(ABOUT_ME, "no", STATUS).title == "ANSWER"
    assert discussion.review_comment(OPEN, "no", STATUS).title == "COMMENT"
    suspended = STATUS.model_copy(update={"member_status": "suspended"})
    assert why_not_act(suspended, "up", suspended=True) == ""
    assert why_not_act(suspended, "up")
    for gone in ("resigned", "expelled", "outside"):
        left = STATUS.model_copy(update={"member_status": gone})
        assert why_not_act(left, "up", suspended=True)


def test_when_a_text_may_change() -> None:
    """Under notice, before the opening, where the class lets it; and only to another text."""
    assert discussion.why_not_amend(NOTICE, NOTICE, "Buy it new.", NOW) == "the text is the same"
    assert not discussion.why_not_edit(NOTICE, NOTICE, NOW)
    assert discussion.why_not_edit(NOTICE, NOTICE, NOTICE.opens)
    assert not discussion.why_not_edit(NOTICE, None, NOW)
    assert discussion.why_not_edit(NOTICE, None, NOTICE.opens)
    assert discussion.why_not_edit(OPEN, OPEN, NOW)
    fixed = NOTICE.rule.model_copy(update={"amendable": False})
    stands = NOTICE.model_copy(update={"rule": fixed})
    assert discussion.why_not_edit(stands, stands, NOW)
    draft = stands.model_copy(update={"status": "draft"})
    assert not discussion.why_not_edit(draft, draft, NOW)
    assert discussion.why_not_accept(OTHERS, OTHERS, STATUS, NOW) == "its author may"
    bare = NOTICE.model_copy(update={"amendments": []})
    assert discussion.why_not_accept(bare, bare, STATUS, NOW) == "no text is offered"


def test_interests_are_declared_once() -> None:
    """The review says what follows from it by the rule of the class."""
    mine = OPEN.interests[0].model_copy(update={"member": ME.member})
    declared = OPEN.model_copy(update={"interests": [mine]})
    assert discussion.why_not_declare(declared, declared, STATUS) == "you declared one"
    assert "you may vote" in dict(discussion.review_interest(OPEN, "x", STATUS).rows)["Means"]
    abstains = OPEN.rule.model_copy(update={"interested": "abstain"})
    strict = discussion.review_interest(OPEN.model_copy(update={"rule": abstains}), "x", STATUS)
    assert "you don't vote" in dict(strict.rows)["Means"]


def test_who_may_stand() -> None:
    """Between notice and opening, among members, once."""
    assert not elections.why_not_stand(ELECTION, ELECTION, NOW)
    assert elections.why_not_stand(ELECTION, ELECTION, ELECTION.opens)
    assert elections.why_not_stand(OPEN, OPEN, NOW) == "it is no election"
    options = [each.model_copy(update={"member": ""}) for each in ELECTION.candidates]
    choice = ELECTION.model_copy(update={"candidates": options})
    assert elections.why_not_stand(choice, choice, NOW) == "it is a choice among options"
    mine = [each.model_copy(update={"member": ME.member}) for each in ELECTION.candidates]
    stands = ELECTION.model_copy(update={"candidates": mine})
    assert elections.review_stand(stands, "", STATUS, NOW).obstacle == "you stand already"
    assert not elections.review_stand_down(stands, STATUS, NOW).obstacle
    assert elections.review_stand_down(ELECTION, STATUS, NOW).obstacle == "you don't stand"


def test_which_class_elects_what() -> None:
    """Only an election's class elects, an office or witnesses where the rules let it."""
    assert elections.usual_elective(RULES) == "election"
    assert elections.why_not_class(RULES, "ordinary", "members", 1)
    assert not elections.why_not_class(RULES, "election", "office", 3)
    assert elections.why_not_class(RULES, "options", "office", 1)
    rule = RULES.classes["election"].model_copy(update={"test": Election(method="irv")})
    irv = RULES.model_copy(update={"classes": {**RULES.classes, "election": rule}})
    assert not elections.why_not_class(irv, "election", "office", 1)
    assert elections.why_not_class(irv, "election", "office", 2)


def test_who_may_hold_a_proxy() -> None:
    """Another member who doesn't vote for too many, where the class takes proxies."""
    with pytest.raises(FormError):
        proxies.review_proxy(OPEN, ME, None, STATUS, NOW)
    most = [OPEN.proxies[0].model_copy(update={"principal": str(n), "holder": OTHER.member})
            for n in range(OPEN.rule.proxies)]  # fmt: skip
    with pytest.raises(FormError):
        proxies.review_proxy(OPEN.model_copy(update={"proxies": most}), OTHER, None, STATUS, NOW)
    fewer = OPEN.model_copy(update={"proxies": most[1:]})
    assert not proxies.review_proxy(fewer, OTHER, None, STATUS, NOW).obstacle
    none = OPEN.model_copy(update={"rule": OPEN.rule.model_copy(update={"proxies": 0})})
    assert proxies.why_not_proxy(none, none, NOW) == "such business takes no proxies"
    assert proxies.why_not_end_proxy(OPEN, OPEN, STATUS)


def test_for_whom_a_proxy_votes() -> None:
    """For its principals that have not voted themselves."""
    assert [each.principal for each in proxies.principals(OPEN, STATUS)] == [BUSY.members[3].member]
    voted = [each.model_copy(update={"member": BUSY.members[3].member}) for each in OPEN.ballots]
    assert not proxies.principals(OPEN.model_copy(update={"ballots": voted[:1]}), STATUS)


def test_a_mandate_that_locks_this_device_is_typed() -> None:
    """Only one that leaves this very device without power over mandates."""
    here, phone = ME.devices[0], ME.devices[1]

    def typed(device: object, scope: str) -> str:
        return speaking.review_mandate(
            device, "Ann", "clerk", scope, 0, [], STATUS, NOW  # type: ignore[arg-type]
        ).typed  # fmt: skip

    assert typed(here, "vote") == here.device[:4]
    assert typed(here, "all") == ""
    assert typed(phone, "vote") == ""
    with pytest.raises(FormError):
        speaking.own_device(ME.devices, "lap")
    assert speaking.own_device(ME.devices, "Laptop") == here


def test_who_may_end_offices_and_mandates() -> None:
    """Each its own, while it lasts."""
    mine, others, _ = BUSY.offices
    assert not speaking.why_not_resign(mine, STATUS)
    assert speaking.why_not_resign(others, STATUS)
    assert speaking.why_not_resign(mine.model_copy(update={"ended": 3}), STATUS)
    own, other = BUSY.mandates
    assert not speaking.why_not_end_mandate(own, STATUS)
    assert speaking.why_not_end_mandate(other, STATUS)


def test_who_may_answer_and_approve() -> None:
    """Respondents answer once; those present approve once."""
    asked, settled = BUSY.disputes
    assert not disputes.why_not_answer(asked, STATUS)
    assert disputes.why_not_answer(settled, STATUS) == "it is settled"
    other = STATUS.model_copy(update={"member": OTHER.member})
    assert disputes.why_not_answer(asked, other)
    waits, foreign = BUSY.meetings
    assert not meetings.why_not_approve(waits, STATUS)
    assert meetings.why_not_approve(foreign, STATUS) == "you were not there"
    done = waits.model_copy(update={"approved": [ME.member]})
    assert meetings.why_not_approve(done, STATUS) == "you approved them"


def test_who_may_end_a_dispute() -> None:
    """Parties agree once, who brought it withdraws, and nothing comes to one that is closed."""
    waiting = BUSY.disputes[0]
    outsider = STATUS.model_copy(update={"member": THIRD.member})
    asked = STATUS.model_copy(update={"member": SETTLING.mediator})
    other = STATUS.model_copy(update={"member": OTHER.member})
    assert not settling.why_not_agree(SETTLING, STATUS)
    assert settling.why_not_agree(SETTLING, other) == "you agreed to it"
    assert settling.why_not_agree(SETTLING, outsider) == "its parties may"
    assert settling.why_not_agree(waiting, STATUS) == "no settlement was put"
    assert not settling.why_not_word(SETTLING, "accept", asked)
    assert not settling.why_not_word(SETTLING, "decline", other)
    assert settling.why_not_word(SETTLING, "accept", other) == "you accepted"
    assert settling.why_not_word(SETTLING, "accept", outsider)
    assert settling.why_not_word(waiting, "accept", STATUS) == "no mediator is proposed"
    assert settling.why_not_settle(SETTLING, asked)
    mediating = SETTLING.model_copy(update={"mediates": True})
    assert not settling.why_not_settle(mediating, asked)
    assert not settling.why_not_withdraw(SETTLING, other)
    assert settling.why_not_withdraw(SETTLING, STATUS) == "who brought it may"
    assert not settling.why_not_refer(SETTLING, STATUS, NOW)
    assert settling.why_not_refer(waiting, STATUS, NOW)
    assert not settling.why_not_refer(waiting, STATUS, waiting.answer_by)
    closed = SETTLING.model_copy(update={"closed": 40, "status": "settled"})
    for obstacle in (
        settling.why_not_agree(closed, STATUS), settling.why_not_word(closed, "accept", STATUS),
        settling.why_not_settle(closed, STATUS), settling.why_not_withdraw(closed, other),
        settling.why_not_refer(closed, STATUS, NOW),
    ):  # fmt: skip
        assert obstacle == "it is settled"
    with pytest.raises(FormError):
        settling.review_mediator(SETTLING, OTHER, STATUS)
