"""Nodes with their homes, books and dialers: whom they dial, and what they survive."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator

import pytest

from rochdale_node.errors import StoreError
from rochdale_node.links.dialer import Dialer
from rochdale_node.links.mdns import Neighbour
from rochdale_node.node import Node
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.records import author_record, pack_record
from rochdale_protocol.membership.records import DeviceRevoke, MemberAddress
from rochdale_protocol.sync import messages
from rochdale_protocol.sync.messages import Kind, Message
from tests.node.village import PATIENCE_S, TABLET, Farm, Village, proposal, until, village


@pytest.fixture
async def two() -> AsyncIterator[Village]:
    """Two farms that founded a co-op; none of their nodes runs."""
    async with village(2) as made:
        yield made


def dialer(farm: Farm, address: str) -> Dialer:
    return farm.node.dialers[farm.coop, address]


async def tablet_says(made: Village, farm: Farm, body: Body) -> None:
    """Send the first record of the tablet to a farm's node."""
    record = author_record(
        TABLET,
        body,
        coop=made.coop,
        seq=1,
        prev=ZERO_ID,
        seen=farm.book.ledger.tip.id,
        at=1,
    )
    peer = await made.meet(farm, TABLET)
    peer.say(Message(Kind.RECORDS, messages.Records(more=False), (pack_record(record),)))


# Dialling -----------------------------------------------------------------------------


async def test_two_addresses_of_one_device_give_one_link(two: Village) -> None:
    """A device with two addresses is linked once; the other address is tried when that ends."""
    farm, other = two.farms
    await two.start(0, 1)
    await other.node.stop()
    await until(lambda: not farm.book.links)
    await farm.node.stop()
    other.node, farm.node = Node(other.home, other.key), Node(farm.home, farm.key)
    await other.node.start(listen=("127.0.0.1", 0))
    names = [other.address, other.address.replace("127.0.0.1", "localhost")]
    await farm.node.start()
    for name in names:
        farm.node.add_peer(farm.book, name)
    await until(lambda: not any(dialer(farm, name).state.next_try for name in names))
    # Both may come up for a moment, before one gives way to the other.
    await until(
        lambda: (
            len(farm.book.links) == 1 and sum(dialer(farm, name).state.up for name in names) <= 1
        )
    )
    await other.node.stop()
    await until(lambda: all(dialer(farm, name).state.next_try for name in names))


async def test_who_cuts_us_off_is_not_dialled_in_a_loop(two: Village) -> None:
    """A peer that ends each link with a code is dialled with growing waits (LNK-13)."""
    farm, other = two.farms
    await two.start(0)
    await other.start()
    # To the others it is as if this farm sent rubbish: it claims heights that it hasn't.
    farm.node.add_peer(farm.book, other.address)
    await until(lambda: bool(farm.book.links))
    farm.book.links[other.key.public].post(b"\x63")
    ends = dialer(farm, other.address)
    await until(lambda: ends.state.tries == 1 and not ends.state.up)
    assert ends.state.next_try > 0
    assert "SYN-1" in ends.state.why


async def test_ones_own_address_is_tried_once(two: Village) -> None:
    """A node that meets itself stops dialling there (LNK-3)."""
    farm = two.farms[0]
    await two.start(0)
    farm.node.add_peer(farm.book, farm.address)
    own = dialer(farm, farm.address)
    await until(lambda: "LNK-3" in own.state.why)
    own.retry_now()
    await until(lambda: own.state.tries == 0 or not own.state.next_try)
    await until(lambda: not own.state.next_try)
    assert farm.book.links == {}


async def test_an_address_that_is_none_harms_nothing(two: Village) -> None:
    """A dialer of something that is no address fails with LNK-12 and goes on waiting."""
    farm = two.farms[0]
    await two.start(0)
    farm.node.add_peer(farm.book, "no:such:address")
    bad = dialer(farm, "no:such:address")
    await until(lambda: "LNK-12" in bad.state.why)
    assert bad.state.next_try > 0


async def test_dialling_follows_the_book() -> None:
    """A revoked device's address is dialled no more; its successor's there is, as that device."""
    async with village(1) as made:
        farm = made.farms[0]
        await made.start(0)
        await made.add_tablet(farm)
        where = "127.0.0.1:9"
        await tablet_says(made, farm, MemberAddress(addresses=[where]))
        await until(lambda: (made.coop, where) in farm.node.dialers)
        assert dialer(farm, where).expected == TABLET.public
        await farm.act(DeviceRevoke(device=TABLET.public, reason="lost"))
        await until(lambda: (made.coop, where) not in farm.node.dialers)


async def test_an_address_that_two_claim_is_dialled_as_anyones(two: Village) -> None:
    """Nobody can keep a member from being dialled by claiming its address as well."""
    farm, other = two.farms
    await two.start(0, 1)
    for each in (farm, other):
        await each.act(MemberAddress(addresses=["127.0.0.1:9"]))
    await two.add_tablet(farm)
    assert farm.node.addresses(farm.book)["127.0.0.1:9"] == other.key.public
    await until(lambda: other.book.ledger.height == farm.book.ledger.height)
    await tablet_says(two, farm, MemberAddress(addresses=["127.0.0.1:9"]))
    await until(lambda: farm.node.addresses(farm.book)["127.0.0.1:9"] == "")
    assert dialer(farm, "127.0.0.1:9").expected is None


async def test_calls_on_the_network_are_bounded(two: Village) -> None:
    """Whoever calls out thousands of neighbours makes a node dial sixty-four of them."""
    farm = two.farms[0]
    await two.start(0)
    for number in range(1, 200):
        farm.node._found(Neighbour(farm.coop, "0" * 16, f"127.0.0.1:{number}"))
    assert len(farm.node.dialers) == 64


async def test_a_book_begun_while_the_node_runs_is_linked(two: Village) -> None:
    """A book that is added to running nodes is dialled and grows."""
    farm, other = two.farms
    for each in (farm, other):
        await each.node.start(listen=("127.0.0.1", 0))
        each.node.add_book(two.charter)
    farm.node.add_peer(farm.book, other.address)
    await until(lambda: bool(farm.book.links and other.book.links))
    await farm.act(proposal())
    with pytest.raises(LocalError) as caught:
        farm.node.add_book(two.charter)
    assert caught.value.code == "API-6"


# Homes and files ----------------------------------------------------------------------


async def test_half_a_book_is_no_book(two: Village) -> None:
    """What a crash left while a book was begun neither counts nor hinders (STO-11)."""
    farm = two.farms[0]
    beside = farm.home.book_path(two.coop).with_suffix(".new")
    beside.write_bytes(b"half")
    beside.with_name(beside.name + "-wal").write_bytes(b"half")
    assert Node(farm.home, farm.key).books == {}
    await farm.start()
    await farm.node.stop()
    assert sorted(path.name for path in beside.parent.iterdir()) == [f"{two.coop}.sqlite"]
    farm.node = Node(farm.home, farm.key)
    assert farm.book.ledger.height == 0


async def test_a_book_of_a_newer_version_is_left_alone(two: Village) -> None:
    """STO-2: the node does not open it, and changes nothing in it."""
    farm = two.farms[0]
    await farm.start()
    await farm.node.stop()
    path = farm.home.book_path(two.coop)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('rochdale', 'm999_later', '')"
        )
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Node(farm.home, farm.key)
    assert caught.value.code == "STO-2"
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "other", "hole"])
async def test_a_damaged_book_is_refused(two: Village, damage: str) -> None:
    """STO-3: a book that is cut short, is something else, or has a hole is never repaired."""
    farm = two.farms[0]
    await farm.start()
    farm.book.act(proposal(text="x" * 50_000))
    await farm.node.stop()
    path = farm.home.book_path(two.coop)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "other":
        data = bytearray(b"not a book\n" * 1_000)
    else:
        data[8_192:] = bytes(len(data) - 8_192)
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught:
        Node(farm.home, farm.key)
    assert caught.value.code == "STO-3"
    assert path.read_bytes() == bytes(data)


async def test_the_journal_outlives_the_node(two: Village) -> None:
    """What was signed and never minuted is there after a restart, and goes on to be final."""
    farm, other = two.farms
    await two.start(0)
    mine = farm.book.act(proposal())
    votes = {vote.to_bytes() for vote in farm.book.ledger.machine.votes()}
    assert votes, "the first leader has proposed"
    await farm.restart()
    assert votes <= {vote.to_bytes() for vote in farm.book.ledger.machine.votes()}
    await other.start()
    farm.node.add_peer(farm.book, other.address)
    assert (await farm.book.settled(mine.record, PATIENCE_S)).state == "final"
    assert farm.book.ledger.doubt == ""
