"""Books for the TUI to show, made of the view models: realistic, empty, large, hostile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256

from rochdale_protocol.agreements.queries import AgreementView, PartyView, VersionView
from rochdale_protocol.contributions.queries import ContributionView
from rochdale_protocol.core.hashes import ZERO_ID, Tag, digest
from rochdale_protocol.core.ruleset import Rules, standard_rules
from rochdale_protocol.disputes.queries import DisputeView
from rochdale_protocol.governance.views import (
    BallotView,
    DelegationView,
    MeetingView,
    ProposalDetail,
    ProposalView,
)
from rochdale_protocol.membership.queries import (
    ApplicationView,
    DeviceView,
    MandateView,
    MemberView,
    OfficeView,
)
from rochdale_protocol.views import (
    Alert,
    Attention,
    CoopView,
    EvidenceView,
    MinuteView,
    PeerView,
    RecordView,
    StatusView,
    WitnessView,
)

NOW = 1_805_000_000_000
"""The clock of these books: 2027-03-14."""

HOUR = 3_600_000
RULES = standard_rules()
FARMS = (
    "Bransdale Farm", "Danby Head", "Farndale Grange", "Glaisdale Hall", "Hartoft Rigg",
    "Rosedale Abbey", "Westerdale Side",
)  # fmt: skip

HOSTILE = (
    "\x1b]0;owned\x07Evil",
    "\x1b[2J\x9b31mRed",
    "[/x]",
    "[@click=app.quit]click me[/]",
    "[bold red]not bold",
    "\u202egnirts\u202c \u2066lri\u2069",
    "\u200b\u200e\u200f\ufeffzero",
    "全角文字の農場協同組合はとても長い名前を持っています" * 3,
    "a" + "\u0301" * 60,
    "line\nbreak\ttab\rreturn",
    "x" * 120,
    "👩\u200d🌾 farm",
    "\ud800 lone",
    "{} %s $HOME `id` \\[",
)


def ident(*parts: object) -> str:
    """Return 64 hexadecimal digits that stand for an id or a key."""
    return sha256(repr(parts).encode()).hexdigest()


@dataclass(slots=True)
class World:
    """Everything that one book answers."""

    status: StatusView
    coop: CoopView
    rules: Rules = RULES
    attention: list[Attention] = field(default_factory=list)
    members: list[MemberView] = field(default_factory=list)
    applications: list[ApplicationView] = field(default_factory=list)
    proposals: list[ProposalDetail] = field(default_factory=list)
    offices: list[OfficeView] = field(default_factory=list)
    mandates: list[MandateView] = field(default_factory=list)
    meetings: list[MeetingView] = field(default_factory=list)
    delegations: list[DelegationView] = field(default_factory=list)
    disputes: list[DisputeView] = field(default_factory=list)
    agreements: list[AgreementView] = field(default_factory=list)
    contributions: list[ContributionView] = field(default_factory=list)
    peers: list[PeerView] = field(default_factory=list)
    witnesses: list[WitnessView] = field(default_factory=list)
    evidence: list[EvidenceView] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    minutes: list[MinuteView] = field(default_factory=list)
    records: list[RecordView] = field(default_factory=list)


def member(name: str, number: int) -> MemberView:
    key = ident("member", number)
    device = DeviceView(
        device=ident("device", number), label="laptop", status="active", seq=12, since=0,
        addresses=[f"10.0.0.{number % 250 + 1}:7843"],
    )  # fmt: skip
    return MemberView(
        member=key, name=name, entity="organisation", status="active", joined=0, left=0,
        recovery=key,
        witness=device.device, devices=[device], contact=f"office@farm-{number}.example",
        about="Hill farm.\nSwaledale and Blackface.", standing="final",
    )  # fmt: skip


def _status(me: MemberView, count: int) -> StatusView:
    return StatusView(
        coop=ident("coop"), name="Moors Lamb Co-op", refounds=None, successors=[],
        member=me.member, member_name=me.name,
        member_status="active", device=me.devices[0].device, device_status="active", height=41,
        minute=ident("minute", 41), minute_time=NOW - 60_000, state_root=ident("state"),
        members=count, applications=1, proposals_open=2, pending=1, peers=6, peers_up=5,
        witnesses=7, quorum=5, faults=1, witness=True, rechecking=0, version="0.1.0",
    )  # fmt: skip


def _coop(me: MemberView) -> CoopView:
    return CoopView(
        coop=ident("coop"), name="Moors Lamb Co-op", purpose="Sell our lambs together.",
        founded=NOW - 90 * 24 * HOUR, charter={}, refounds=None, successors=[],
        member=me.member, member_name=me.name, device=me.devices[0].device,
    )  # fmt: skip


def record(
    number: int, kind: str, author: MemberView, summary: str, **changes: object
) -> RecordView:
    view = RecordView(
        record=ident("record", number), kind=kind, device=author.devices[0].device,
        member=author.member, name=author.name, seq=number, prev=ident("record", number - 1),
        seen=ident("minute", 40), refs=[], at=NOW - number * 60_000, state="final", code="",
        height=41 - number % 40, index=number % 7, size=412, summary=summary,
        body={"text": summary},
    )  # fmt: skip
    return view.model_copy(update=changes)


def proposal(number: int, author: MemberView, title: str, **changes: object) -> ProposalDetail:
    business = str(changes.get("business", "ordinary"))
    view = ProposalDetail(
        proposal=ident("proposal", number), number=number, title=title,
        text="We meet the abattoir's price.\n\nEach farm keeps its own mark.", business=business,
        test="majority", secrecy="open", rule=RULES.classes[business], author=author.member,
        author_name=author.name, effect="none", effect_body={"type": "none"}, subject="",
        subject_name="", noticed=30, opens=NOW - HOUR, opened=30, closes=NOW + 3 * HOUR, closed=0,
        electors=7, quorum=3, voted=3, voted_for=2, voted_against=1, abstained=0, spoilt=0,
        seats=0, elected=[], status="open", effect_code="", continues="", continued="",
        candidates=[], trustees=[], unsealed=0, excluded=[], amendments=[], comments=[],
        interests=[], proxies=[], ballots=[], report=None, seed="", log=ident("log", number),
        standing="final",
    )  # fmt: skip
    return view.model_copy(update=changes)


def listed(whole: ProposalDetail) -> ProposalView:
    """Return a proposal as the list has it."""
    return ProposalView.model_validate(whole.model_dump(include=set(ProposalView.model_fields)))


def ballot(number: int, farm: MemberView, **changes: object) -> BallotView:
    view = BallotView(
        proposal=ident("proposal", number), member=farm.member, name=farm.name, form="choice",
        choice="for", ranks=[], scores=[], reason="", by="", by_name="",
        record=ident("ballot", farm.member),
        replaced=0, standing="final",
    )  # fmt: skip
    return view.model_copy(update=changes)


def version(number: int, agreement: str, text: str, author: MemberView) -> VersionView:
    return VersionView(
        version=number, record=ident("version", agreement, number),
        text_hash=digest(Tag.TEXT, text.encode("utf-8", "surrogatepass")).hex(), text=text,
        author=author.member,
    )  # fmt: skip


def agreement(
    number: int, title: str, texts: list[str], farms: list[MemberView], signed: list[int]
) -> AgreementView:
    identity = ident("agreement", number)
    newest = len(texts)
    done = all(each == newest for each in signed)
    return AgreementView(
        agreement=identity, number=number, title=title, author=farms[1].member, version=newest,
        status="in-force" if done else "draft", in_force=20 if done else 0,
        force_version=newest if done else 0, ended=0,
        parties=[
            PartyView(
                member=farm.member, name=farm.name, signed=count,
                record=ident("signature", number, farm.member) if count else "", standing="final",
            )
            for farm, count in zip(farms, signed, strict=True)
        ],
        versions=[version(i + 1, identity, text, farms[1]) for i, text in enumerate(texts)],
        standing="final",
    )  # fmt: skip


def contribution(
    number: int, provider: MemberView, receiver: MemberView, **changes: object
) -> ContributionView:
    view = ContributionView(
        contribution=ident("contribution", number), number=number, action="work",
        provider=provider.member, provider_name=provider.name, receiver=receiver.member,
        receiver_name=receiver.name, resource="market stall", quantity="4", unit="hour",
        agreement="", happened=NOW - 26 * HOUR, note="Saturday, Pickering", status="logged",
        reason="", corrections=0, standing="final",
    )  # fmt: skip
    return view.model_copy(update=changes)


V1 = "# Lamb supply\n\n1. Price 0.92 a kilo.\n2. Then indexed, ceiling 6 %.\n"
V2 = (
    "# Lamb supply\n\n1. Price 0.92 a kilo.\n2. Then indexed, ceiling 4 %.\n"
    "3. Either party may leave, 60 days' notice.\n"
)


def minute(height: int, farms: list[MemberView], records: list[str]) -> MinuteView:
    return MinuteView(
        height=height, minute=ident("minute", height), prev=ident("minute", height - 1),
        time=NOW - (42 - height) * 60_000, proposer=farms[height % 7].member,
        proposer_name=farms[height % 7].name, count=len(records), refused=0,
        state_root=ident("state", height), records_root=ident("root", height),
        signers=[farm.name for farm in farms[:6]], witnesses=7, quorum=5, records=records,
        codes=["" for _ in records],
    )  # fmt: skip


def farms_world(names: tuple[str, ...] = FARMS) -> World:
    """Seven farms in the middle of their work; I am the first."""
    farms = [member(name, number) for number, name in enumerate(names)]
    me, danby, farndale = farms[0], farms[1], farms[2]
    world = World(_status(me, len(farms)), _coop(me), members=farms)
    second = DeviceView(
        device=ident("device", "phone"), label="phone", status="active", seq=3, since=12,
        addresses=[],
    )  # fmt: skip
    farms[0] = me = me.model_copy(update={"devices": [*me.devices, second]})
    applicant = member("Spaunton Moor", 70)
    world.applications = [
        ApplicationView(
            application=ident("application", 1), name=applicant.name, entity="organisation",
            member=applicant.member, device=applicant.devices[0].device, sponsor=danby.member,
            sponsor_name=danby.name, status="open", at=NOW - 5 * HOUR, standing="final",
        )
    ]  # fmt: skip
    world.proposals = [
        proposal(58, danby, "Raise the share price to 60 EUR"),
        proposal(59, me, "Buy a second trailer", closes=NOW + 70 * HOUR, business="special"),
        proposal(57, farndale, "Meet on the first Monday", status="carried", closed=39,
                 closes=NOW - 9 * HOUR, voted=7, voted_for=6, voted_against=0,
                 abstained=1),
    ]  # fmt: skip
    world.proposals[0] = world.proposals[0].model_copy(
        update={
            "ballots": [
                ballot(58, danby),
                ballot(58, farndale, choice="against", replaced=1),
                ballot(58, farms[3]),
            ]
        }
    )
    world.agreements = [
        agreement(12, "Lamb supply 2027", [V1, V2], farms, [1, 2, 2, 2, 0, 1, 2]),
        agreement(11, "Trailer sharing", ["# Trailer\n\nBook it a week before.\n"], farms, [1] * 7),
    ]
    world.contributions = [
        contribution(310, danby, me, agreement=ident("agreement", 12)),
        contribution(309, me, farndale, action="deliverService", resource="shearing",
                     quantity="120", unit="sheep", status="disputed", reason="It was 112."),
        contribution(308, me, danby, status="confirmed", resource="haulage", corrections=1),
    ]  # fmt: skip
    world.attention = [
        Attention(what="ballot", id=ident("proposal", 58), label="P-58",
                  title="Raise the share price to 60 EUR", detail="3/7 cast, quorum 3",
                  due=NOW + 3 * HOUR),
        Attention(what="sign", id=ident("agreement", 12), label="A-12", title="Lamb supply 2027",
                  detail="changed since you signed v1", due=0),
        Attention(what="confirm", id=ident("contribution", 310), label="C-310",
                  title="4 hour market stall", detail=f"from {danby.name}", due=0),
        Attention(what="apply", id=ident("application", 1), label="", title=applicant.name,
                  detail="asks to be admitted", due=0),
    ]  # fmt: skip
    world.peers = [
        PeerView(
            device=farm.devices[0].device, member=farm.member, name=farm.name, role="witness",
            link="down" if farm is danby else "in", addresses=farm.devices[0].addresses,
            height=30 if farm is danby else 41, behind=11 if farm is danby else 0,
            seen=NOW - 2 * HOUR if farm is danby else NOW - 1_000, tries=14 if farm is danby else 0,
            next_try=NOW + 41_000 if farm is danby else 0,
            why="connect timed out" if farm is danby else "",
        )
        for farm in farms[1:]
    ]  # fmt: skip
    world.peers.append(
        world.peers[0].model_copy(
            update={"device": "", "member": "", "name": "", "role": "unknown", "link": "down",
                    "addresses": ["new.example:1844"], "height": -1, "seen": 0, "behind": 0}
        )
    )  # fmt: skip
    world.peers.append(world.peers[-1])
    world.witnesses = [
        WitnessView(
            member=farm.member,
            name=farm.name,
            device=farm.devices[0].device,
            since=0,
            last=30 if farm is danby else 41,
            linked=farm is not danby,
            status="away" if farm is danby else "attesting",
            dormant_on=NOW + 9 * 24 * HOUR if farm is danby else 0,
            dormant_at=52 if farm is danby else 0,
        )
        for farm in farms
    ]
    kinds = (
        ("ballot.cast", "votes for P-58"), ("agreement.sign", "signs A-12 v2"),
        ("contribution.log", "4 hour market stall"), ("proposal.new", "P-59 Buy a second trailer"),
        ("member.profile", "profile"),
    )  # fmt: skip
    world.records = [
        record(number, kinds[number % 5][0], farms[number % 7], kinds[number % 5][1])
        for number in range(1, 60)
    ]
    world.records[0] = world.records[0].model_copy(
        update={"state": "pending", "height": 0, "refs": [ident("proposal", 58)]}
    )
    world.records[3] = world.records[3].model_copy(update={"refs": [world.records[3].prev]})
    world.records[1] = world.records[1].model_copy(update={"state": "refused", "code": "GOV-7"})
    world.minutes = [
        minute(height, farms, [each.record for each in world.records if each.height == height])
        for height in range(41, 0, -1)
    ]
    world.evidence = [
        EvidenceView(
            device=ident("device", 5), member=farms[5].member, name=farms[5].name, type="record",
            height=22, time=NOW - 20 * 60_000, first=ident("twin", 1), second=ident("twin", 2),
            detail="two records with seq 9", record=ident("twin", 2), at=22,
        )
    ]  # fmt: skip
    return world


def empty_world() -> World:
    """A co-op of one, on its first day."""
    me = member("Bransdale Farm", 0)
    status = _status(me, 1).model_copy(
        update={"height": 0, "applications": 0, "proposals_open": 0, "pending": 0, "peers": 0,
                "peers_up": 0, "witnesses": 1, "quorum": 1, "faults": 0, "minute": ZERO_ID,
                "minute_time": NOW}
    )  # fmt: skip
    return World(status, _coop(me), members=[me])


def large_world(count: int = 10_000) -> World:
    """Ten thousand members and records."""
    world = farms_world()
    world.members = world.members + [
        member(f"Farm {number:05}", number) for number in range(100, 100 + count)
    ]
    farms = world.members
    world.records = [
        record(number, "ballot.cast", farms[number % 7], f"ballot number {number}")
        for number in range(1, count + 1)
    ]
    return world


def hostile_world() -> World:
    """The farms' book where every text that a peer wrote is an attack."""
    world = farms_world(HOSTILE[:7])
    me = world.members[0]
    texts = [*HOSTILE]

    def bad(index: int) -> str:
        return texts[index % len(texts)]

    return replace(
        world,
        status=world.status.model_copy(update={"name": bad(0), "member_name": bad(5)}),
        coop=world.coop.model_copy(update={"name": bad(3), "purpose": bad(1)}),
        members=[
            each.model_copy(
                update={
                    "contact": bad(i + 2), "about": "\n".join(texts),
                    "devices": [
                        device.model_copy(update={"label": bad(i + 3), "addresses": [bad(i)]})
                        for device in each.devices
                    ],
                }
            )
            for i, each in enumerate([*world.members, *(member(t, 200 + i) for i, t in
                                                        enumerate(texts))])
        ],
        applications=[each.model_copy(update={"name": bad(2)}) for each in world.applications],
        proposals=[
            each.model_copy(update={"title": bad(i), "text": "\n".join(texts)})
            for i, each in enumerate(world.proposals)
        ],
        agreements=[
            agreement(12 + i, text, [f"{text}\n", f"{text}\nmore {bad(i + 1)}\n"],
                      world.members, [1, 2, 0, 0, 0, 0, 0])
            for i, text in enumerate(texts)
        ],
        contributions=[
            contribution(300 + i, me, me, resource=text, unit=bad(i + 1), note=bad(i + 2),
                         reason=bad(i + 3), status="disputed")
            for i, text in enumerate(texts)
        ],
        attention=[
            each.model_copy(update={"title": bad(i), "detail": bad(i + 1), "label": bad(i + 2)})
            for i, each in enumerate(world.attention)
        ],
        peers=[
            each.model_copy(update={"why": bad(i), "addresses": [bad(i + 1)]})
            for i, each in enumerate(world.peers)
        ],
        evidence=[each.model_copy(update={"detail": bad(1)}) for each in world.evidence],
        alerts=[
            Alert(what="stall", level="bad", id=text, title=text, detail=bad(i + 1), next=text)
            for i, text in enumerate(texts)
        ],
        records=[
            record(i + 1, "ballot.cast", world.members[0], text,
                   body={"reason": text, text.encode("ascii", "replace").decode(): text})
            for i, text in enumerate(texts)
        ],
    )  # fmt: skip
