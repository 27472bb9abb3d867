"""What a peer can't make a node do, whatever it sends over a real link."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from rochdale_node import book
from rochdale_node.errors import StoreError
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import (
    CONTENTS_LOOSE_MAX,
    MESSAGE_SIZE_MAX,
    MINUTE_RECORDS_MAX,
    MINUTE_SIZE_MAX,
    USELESS_MAX,
)
from rochdale_protocol.core.records import Verified, author_record, pack_record
from rochdale_protocol.membership.records import DeviceRevoke, MemberAddress, MemberInvite
from rochdale_protocol.minutes.merkle import records_root
from rochdale_protocol.minutes.minute import Minute, certificate_hash
from rochdale_protocol.sync import messages, session
from rochdale_protocol.sync.messages import Kind, Message
from rochdale_protocol.sync.welcome import knock, read_charter
from tests.node.village import PATIENCE_S, TABLET, Farm, Village, proposal, until, village

STRANGER = SeedSigner(b"s" * 32)
EMPTY = messages.Empty()


@pytest.fixture
async def alone() -> AsyncIterator[tuple[Village, Farm]]:
    """A farm that founded a co-op alone and runs its node; TABLET is a device of it too."""
    async with village(1) as made:
        await made.start(0)
        await made.add_tablet(made.farms[0])
        yield made, made.farms[0]


def tip(height: int) -> Message:
    return Message(Kind.TIP, messages.Tip(height=height, minute=ZERO_ID))


def minutes(start: int, *blobs: bytes, records: list[int] | None = None, top: int = 9) -> Message:
    head = messages.Minutes(start=start, tip=top, records=records or [])
    return Message(Kind.MINUTES, head, blobs)


def record_of(farm: Farm, coop: str = "", seq: int = 1) -> Verified:
    """Return a record of the tablet."""
    return author_record(
        TABLET,
        proposal("By the tablet"),
        coop=coop or farm.coop,
        seq=seq,
        prev=ZERO_ID if seq == 1 else "ab" * 32,
        seen=farm.book.ledger.tip.id,
        at=1,
    )


def records(*frames: bytes) -> Message:
    return Message(Kind.RECORDS, messages.Records(more=False), frames)


async def goes_on(made: Village, farm: Farm) -> None:
    """Check that the node still talks to others and still works."""
    assert farm.book.fault is None
    other = await made.meet(farm, TABLET)
    assert (await other.hear(Kind.STATUS)).kind is Kind.STATUS
    await farm.act(proposal("Still here"))


async def test_a_flood_is_cut_off(alone: tuple[Village, Farm]) -> None:
    """Who says the same again and again is cut off with SYN-8, and the node goes on."""
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    peer.say(*[tip(0)] * (USELESS_MAX + 2))  # the first says something
    assert await peer.cut_off() == "SYN-8"
    await goes_on(made, farm)


async def test_large_messages_flood_sooner(
    alone: tuple[Village, Farm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message counts by its size too: SYN-8 comes long before as many large ones."""
    monkeypatch.setattr(session, "USELESS_MAX", 200)
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    frame = pack_record(record_of(farm))
    peer.say(records(frame))
    await until(lambda: farm.book.ledger.height == 2)
    large = records(*[frame] * (MESSAGE_SIZE_MAX // (len(frame) + 8)))
    counts = farm.book.counts["bytes_in"]

    async def pour() -> None:
        while peer.link.is_open:
            peer.say(large)
            await until(lambda: not peer.link._queue or not peer.link.is_open)

    pouring = asyncio.create_task(pour())
    assert await peer.cut_off() == "SYN-8"
    await pouring
    taken = (farm.book.counts["bytes_in"] - counts) // MESSAGE_SIZE_MAX
    assert taken < 200 // 20
    await goes_on(made, farm)


async def test_a_silent_peer_is_cut_off(
    alone: tuple[Village, Farm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who claims minutes and never sends them is cut off with SYN-9, though others talk on."""
    monkeypatch.setattr(session, "ANSWER_MS_MAX", 500)
    made, farm = alone
    talker, silent = await made.meet(farm, STRANGER), await made.meet(farm, TABLET)
    silent.say(tip(5))

    async def talk() -> None:
        while silent.link.is_open:
            talker.say(tip(0))
            await asyncio.sleep(0.05)  # oftener than the wait for an answer is long

    talking = asyncio.create_task(talk())
    assert await silent.cut_off() == "SYN-9"
    await talking
    assert any(message.kind is Kind.WANT_MINUTES for message in silent.heard)


async def test_a_liar_about_its_height_is_cut_off(alone: tuple[Village, Farm]) -> None:
    """Who claims a height and delivers nothing is cut off with SYN-7."""
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    peer.say(tip(5))
    asked = await peer.hear(Kind.WANT_MINUTES)
    assert isinstance(asked.head, messages.WantMinutes)
    peer.say(minutes(asked.head.start))
    assert await peer.cut_off() == "SYN-7"
    await goes_on(made, farm)


async def test_minutes_out_of_order_end_the_link(alone: tuple[Village, Farm]) -> None:
    """A minute of another height than was asked for ends the link with SYN-4; none is kept."""
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    peer.say(tip(5))
    asked = await peer.hear(Kind.WANT_MINUTES)
    assert isinstance(asked.head, messages.WantMinutes)
    first = farm.book.ledger.final_pieces(1)
    peer.say(minutes(asked.head.start, *first, records=[len(first) - 2]))
    assert await peer.cut_off() == "SYN-4"
    assert farm.book.ledger.height == 1


def cut_frame(farm: Farm) -> Message:
    return records(pack_record(record_of(farm))[:-1])


def other_coop(farm: Farm) -> Message:
    return records(pack_record(record_of(farm, coop="cd" * 32)))


def bad_signature(farm: Farm) -> Message:
    frame = bytearray(pack_record(record_of(farm)))
    frame[2 + int.from_bytes(frame[:2], "big")] ^= 1
    return records(bytes(frame))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda farm: minutes(1), "SYN-3"),
        (lambda farm: Message(Kind.MORE_RECORDS, EMPTY), "SYN-3"),
        (lambda farm: Message(Kind.CHARTER, EMPTY, (b"{}",)), "SYN-3"),
        (cut_frame, "REC-6"),
        (lambda farm: records(b"\0"), "REC-1"),
        (other_coop, "REC-4"),
        (bad_signature, "REC-5"),
        (lambda farm: b"\x63", "SYN-1"),
        (lambda farm: b"\x06\xff\xff\xff\xff{}", "SYN-1"),
        (lambda farm: b"\x06" + (12).to_bytes(4, "big") + b'{"more":0.0}', "CAN-3"),
        (lambda farm: Message(Kind.VOTES, EMPTY, (b"\xff" * 200,)), "VOT-2"),
    ],
    ids=[
        "minutes-unasked", "more-unasked", "charter-unasked", "frame-cut", "frame-short",
        "other-coop", "bad-signature", "unknown-kind", "size-beyond-end", "float", "vote",
    ],
)  # fmt: skip
async def test_rubbish_ends_the_link(alone: tuple[Village, Farm], make: object, code: str) -> None:
    """A peer that sends rubbish is told the rule that it broke, and the node goes on."""
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    assert callable(make)
    peer.say(make(farm))
    assert await peer.cut_off() == code
    await goes_on(made, farm)


async def test_too_large_a_message_ends_the_link(alone: tuple[Village, Farm]) -> None:
    """One byte more than a message may have ends the link with LNK-6."""
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    await peer.link._socket.send_bytes(bytes(MESSAGE_SIZE_MAX + 1))
    await peer.cut_off()
    await until(lambda: TABLET.public not in farm.book.links)
    await goes_on(made, farm)


# Strangers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        Message(Kind.WANT_MINUTES, messages.WantMinutes(start=1)),
        Message(Kind.WANT_RECORDS, messages.WantRecords(records=["ab" * 32])),
        Message(Kind.WANT_CONTENTS, messages.WantContents(minutes=["ab" * 32])),
        Message(Kind.WANT_STATE, messages.WantState(height=1, after="")),
        Message(Kind.MORE_RECORDS, EMPTY),
        Message(Kind.VOTES, EMPTY),
        Message(Kind.CONTENTS, EMPTY),
        Message(Kind.REFUSAL, messages.Refusal(record="ab" * 32, code="REC-5")),
    ],
    ids=lambda asked: asked.kind.name,
)
async def test_a_stranger_reads_nothing(alone: tuple[Village, Farm], asked: Message) -> None:
    """Who is no member gets SYN-5 for every question, and not one message before it."""
    made, farm = alone
    peer = await made.meet(farm, STRANGER)
    peer.say(asked)
    assert await peer.cut_off() == "SYN-5"
    assert peer.heard == []


async def test_a_stranger_is_told_no_more_than_a_height(alone: tuple[Village, Farm]) -> None:
    """STATUS, SUMMARY and TIP of a stranger get a question for minutes and nothing else."""
    made, farm = alone
    peer = await made.meet(farm, STRANGER)
    summary = messages.Summary(asks=True, height=9, minute=ZERO_ID, pool=[], votes=[], contents=[])
    peer.say(
        Message(Kind.STATUS, messages.Status(digest=ZERO_ID)),
        Message(Kind.SUMMARY, summary),
        tip(9),
        Message(Kind.WANT_RECORDS, messages.WantRecords(records=["ab" * 32])),
    )
    assert await peer.cut_off() == "SYN-5"
    assert [message.kind for message in peer.heard] == [Kind.WANT_MINUTES]


async def test_a_strangers_minutes_are_worth_nothing(alone: tuple[Village, Farm]) -> None:
    """A minute that no quorum certified is refused with its code, and the book stands."""
    made, farm = alone
    peer = await made.meet(farm, STRANGER)
    peer.say(tip(9))
    asked = await peer.hear(Kind.WANT_MINUTES)
    assert isinstance(asked.head, messages.WantMinutes)
    old = farm.book.ledger.minute(1)
    assert old is not None
    header = old.header.model_copy(update={"height": 2, "prev": old.id})
    forged = Minute.make(header, old.records, old.certificate)
    pieces = [forged.to_bytes(), *farm.book.ledger.final_pieces(1)[1:]]
    peer.say(minutes(asked.head.start, *pieces, records=[len(pieces) - 2]))
    assert (await peer.cut_off()).startswith("CRT-")
    assert farm.book.ledger.height == 1


async def test_strangers_can_not_keep_members_out(alone: tuple[Village, Farm]) -> None:
    """Of more than 32 strangers the first is cut off with LNK-15; a member's link stays."""
    made, farm = alone
    member = await made.meet(farm, TABLET)
    keys = [SeedSigner(bytes([number]) * 32) for number in range(140, 173)]
    strangers = [await made.meet(farm, key) for key in keys]
    assert await strangers[0].cut_off() == "LNK-15"
    await until(lambda: keys[-1].public in farm.book.links)
    assert len(farm.book.links) == 33
    assert strangers[1].link.is_open
    assert member.link.is_open
    assert set(farm.book.seen) <= {TABLET.public}


async def invite(farm: Farm, token: SeedSigner, ms: int) -> None:
    """Invite whoever holds a token, for so long."""
    await farm.act(MemberInvite(token=token.public, expires=farm.book.ledger.wall_ms + ms))


async def test_a_knock_needs_a_good_invite(
    alone: tuple[Village, Farm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A knock gets the charter with a token that holds, for the very device that knocks."""
    made, farm = alone
    token, old, never = (SeedSigner(seed * 32) for seed in (b"1", b"2", b"3"))
    await invite(farm, token, 7_200_000)
    await invite(farm, old, 3_600_000)
    guest = await made.meet(farm, STRANGER)
    guest.say(knock(token, made.coop, STRANGER.public))
    answer = await guest.hear(Kind.CHARTER)
    shown = read_charter(messages.encode_message(answer), made.coop)
    assert shown.charter == made.charter.charter
    clock = book.clock
    monkeypatch.setattr(book, "clock", lambda: replace(clock(), wall=clock().wall + 3_600_000))
    farm.book._tick()  # time passes for a book when something happens to it
    for said, code in (
        (knock(old, made.coop, STRANGER.public), "MEM-1"),
        (knock(never, made.coop, STRANGER.public), "MEM-1"),
        (knock(token, made.coop, TABLET.public), "SYN-5"),
        (knock(token, "cd" * 32, STRANGER.public), "SYN-5"),
    ):
        guest = await made.meet(farm, STRANGER)
        guest.say(said)
        assert await guest.cut_off() == code
        assert guest.heard == []


# Members ------------------------------------------------------------------------------


async def test_a_revoked_device_is_cut_off_at_once(alone: tuple[Village, Farm]) -> None:
    """With the minute that revokes it a device gets SYN-6, and nothing of what comes after."""
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    await peer.hear(Kind.STATUS)
    await farm.act(DeviceRevoke(device=TABLET.public, reason="lost"))
    after = await farm.act(proposal("Not for its eyes"))
    assert await peer.cut_off() == "SYN-6"
    told = b"".join(blob for message in peer.heard for blob in message.blobs)
    assert b"Not for its eyes" not in told
    again = await made.meet(farm, TABLET)
    again.say(Message(Kind.WANT_RECORDS, messages.WantRecords(records=[after])))
    assert await again.cut_off() == "SYN-5"
    assert again.heard == []


async def test_a_sponsor_is_trusted_no_longer_than_the_book_does(
    alone: tuple[Village, Farm],
) -> None:
    """The device that invited a newcomer reads nothing from it any more once it is revoked."""
    made, farm = alone
    farm.book.shelf.commit({"meta": {"sponsors": f"{TABLET.public} {STRANGER.public}".encode()}})
    await farm.act(DeviceRevoke(device=TABLET.public, reason="lost"))
    await farm.restart()
    sponsor = await made.meet(farm, STRANGER)
    assert (await sponsor.hear(Kind.STATUS)).kind is Kind.STATUS
    revoked = await made.meet(farm, TABLET)
    revoked.say(Message(Kind.WANT_MINUTES, messages.WantMinutes(start=1)))
    assert await revoked.cut_off() == "SYN-5"
    assert revoked.heard == []


async def test_a_lie_about_a_record_of_mine_is_not_believed() -> None:
    """A peer's REFUSAL of a member's pending record changes nothing of how it is shown."""
    async with village(2) as made:
        farm, key = made.farms[0], made.farms[1].key
        await made.start(0)
        peer = await made.meet(farm, key)
        await peer.hear(Kind.STATUS)
        mine = farm.book.act(proposal())
        assert mine.state == "pending"
        peer.say(Message(Kind.REFUSAL, messages.Refusal(record=mine.record, code="REC-5")))
        asked = messages.WantRecords(records=[mine.record])
        await peer.hear(Kind.RECORDS)
        peer.say(Message(Kind.WANT_RECORDS, asked))
        await peer.hear(Kind.RECORDS)
        assert farm.book.refusals == {}
        assert (await farm.book.settled(mine.record, 0)).state == "pending"


async def test_what_one_member_pours_in_ends_no_other_node() -> None:
    """Sixteen great pages that nobody asked for are passed on in messages of lawful size."""
    async with village(3) as made:
        await made.start(0, 1)
        farm, other = made.farms[:2]
        peer = await made.meet(farm, made.farms[2].key)
        await peer.hear(Kind.STATUS)
        great = great_minutes(farm, 17)
        peer.say(*(Message(Kind.CONTENTS, EMPTY, (page,)) for page in great))
        await until(lambda: len(other.book.ledger.contents) == CONTENTS_LOOSE_MAX)
        for one in (farm, other):
            assert one.book.fault is None
            assert one.node.failed is not None
            assert not one.node.failed.done()
        late = await made.meet(farm, made.farms[2].key)
        summary = messages.Summary(
            asks=False, height=0, minute=ZERO_ID, pool=[], votes=[], contents=[]
        )
        late.say(Message(Kind.SUMMARY, summary))
        sizes = 0
        while sizes < CONTENTS_LOOSE_MAX * len(great[0]):
            page = await late.hear(Kind.CONTENTS)
            sizes += sum(map(len, page.blobs))
        assert farm.book.fault is None


def great_minutes(farm: Farm, count: int) -> list[bytes]:
    """Return pages of the next height that are as large as a page may be."""
    listed = tuple((f"{number:064x}", "") for number in range(MINUTE_RECORDS_MAX))
    tip = farm.book.ledger.tip

    def page(number: int, certificate: bytes) -> bytes:
        header = tip.header.model_copy(
            update={
                "height": 1,
                "prev": tip.id,
                "time": tip.header.time + 1 + number,
                "count": len(listed),
                "records_root": records_root(listed),
                "certificate_hash": certificate_hash(certificate),
            }
        )
        return Minute.make(header, listed, certificate).to_bytes()

    room = MINUTE_SIZE_MAX - len(page(0, b""))
    return [page(number, bytes([number]) * (room // 2)) for number in range(count)]


# Faults of our own --------------------------------------------------------------------


async def test_a_full_disk_stops_the_node_and_loses_nothing() -> None:
    """STO-1: the act fails with the code, links end, nothing unwritten is sent, restart heals."""
    async with village(2) as made:
        farm, key = made.farms[0], made.farms[1].key
        await made.start(0)
        peer = await made.meet(farm, key)
        await peer.hear(Kind.STATUS)
        kept = farm.book.act(proposal("Before"))
        await peer.hear(Kind.RECORDS)
        fill_up(farm)
        with pytest.raises(StoreError) as caught:
            farm.book.act(proposal("Too much", text="x" * 100_000))
        assert caught.value.code == "STO-1"
        assert (await farm.failed()) is caught.value
        assert await peer.cut_off() == "going away"
        assert not any(b"Too much" in blob for one in peer.heard for blob in one.blobs)
        for attempt in (farm.book.act, lambda body: farm.book.set_rechecked(0)):
            with pytest.raises(StoreError):
                attempt(proposal())
        await farm.restart()
        assert farm.book.ledger.doubt == ""
        assert [record.id for record in farm.book.ledger.pool] == [kept.record]
        assert farm.book.act(proposal("After")).seq == 2


def fill_up(farm: Farm) -> None:
    """Let SQLite find the disk full as soon as the book would grow."""
    connection = farm.book.shelf._connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()


async def test_a_full_disk_while_taking_in_stops_the_node(
    alone: tuple[Village, Farm], capfd: pytest.CaptureFixture[str]
) -> None:
    """STO-1 in a step that a peer's message began ends the node too, without a stray trace."""
    made, farm = alone
    peer = await made.meet(farm, TABLET)
    fill_up(farm)
    record = author_record(
        TABLET,
        proposal("Too much", text="x" * 100_000),
        coop=farm.coop,
        seq=1,
        prev=ZERO_ID,
        seen=farm.book.ledger.tip.id,
        at=1,
    )
    peer.say(records(pack_record(record)))
    error = await farm.failed()
    assert isinstance(error, StoreError)
    assert error.code == "STO-1"
    assert await peer.cut_off() == "going away"
    assert "Exception in callback" not in capfd.readouterr().err
    await farm.restart()
    assert farm.book.ledger.height == 1


async def test_a_fault_of_ours_is_loud(
    alone: tuple[Village, Farm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks inside a step ends the book and tells the node; it doesn't go on half."""
    made, farm = alone

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(farm.book, "on_final", broken)
    with pytest.raises(ZeroDivisionError):
        farm.book.act(proposal())
    assert isinstance(await farm.failed(), ZeroDivisionError)
    assert made.coop in farm.node.books


async def test_who_waits_is_told_when_the_book_ends() -> None:
    """A request that waits for a minute gets the fault, not a minute of silence."""
    async with village(2) as made:
        await made.start(0)
        farm = made.farms[0]
        mine = farm.book.act(proposal())
        waiting = asyncio.create_task(farm.book.settled(mine.record, PATIENCE_S))
        await asyncio.sleep(0)
        fill_up(farm)
        with pytest.raises(StoreError):
            farm.book.act(proposal("Too much", text="x" * 100_000))
        with pytest.raises(StoreError):
            await waiting


async def test_a_slow_listener_is_let_go(alone: tuple[Village, Farm]) -> None:
    """A listener too far behind sees its stream end, so that it fetches everything anew."""
    _, farm = alone
    async with farm.book.subscribe() as events:
        for number in range(600):
            farm.book.act(MemberAddress(addresses=[f"farm:{number}"]))
        async with asyncio.timeout(PATIENCE_S):
            seen = [event async for event in events]
    assert 0 < len(seen) <= 1_000
    async with farm.book.subscribe() as events:
        farm.book.act(proposal())
        assert (await anext(events)).height


async def test_equal_books_need_under_300_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two nodes with equal books say so in at most 300 bytes, handshake included."""
    from aiohttp import ClientWebSocketResponse, web

    sent: list[int] = []
    for kind in (ClientWebSocketResponse, web.WebSocketResponse):
        send = kind.send_bytes

        async def count(self: object, data: bytes, *more: object, send: object = send) -> None:
            sent.append(len(data))
            assert callable(send)
            await send(self, data, *more)

        monkeypatch.setattr(kind, "send_bytes", count)
    async with village(2) as made:
        await made.start(0, 1)
        one, two = made.farms
        signed = one.book.act(proposal())
        await until(lambda: two.book.ledger.holds(signed.record))
        for farm in (one, two):
            await farm.book.settled(signed.record, PATIENCE_S)
        await until(lambda: one.book.ledger.tip.id == two.book.ledger.tip.id)
        await one.restart()
        await two.node.stop()
        sent.clear()
        await two.restart()
        two.node.add_peer(two.book, one.address)
        await until(lambda: bool(one.book.links and two.book.links))
        await until(lambda: one.book.heights()[two.key.public] == one.book.ledger.height)
        await until(lambda: two.book.heights()[one.key.public] == two.book.ledger.height)
        await one.node.stop()
        await two.node.stop()
    assert 0 < sum(sent) <= 300, sent
