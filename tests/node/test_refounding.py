"""Nodes that hold an old book and a new one: whose word counts, and what a device then signs."""

from __future__ import annotations

import pytest

from rochdale_node.api import models
from rochdale_node.api.service import Service
from rochdale_node.node import Node
from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.core.fields import Refounds
from rochdale_protocol.minutes.minute import Charter, Founder, SignedCharter
from tests.node.homes import farm_keys, make_home, short_folder, sign_charter
from tests.node.village import Village, proposal, until, village


def sign(charter: Charter, *numbers: int) -> SignedCharter:
    """Return a charter with these farms' signatures, in the order of its founders."""
    keys = {farm_keys(number).device.public: farm_keys(number).device for number in numbers}
    return SignedCharter(
        charter=charter, signatures=[charter.sign(keys[one.device]) for one in charter.founders]
    )


async def drafted(made: Village, number: int, *others: int) -> Charter:
    """Return the charter that a farm's node draws up."""
    asked = models.RefoundAsked(
        members=[made.farms[other].home.identity.member for other in others]
    )
    found = await Service(made.farms[number].node).refound(made.coop, asked)
    return found.charter.charter


async def test_nodes_refound_while_they_run() -> None:
    """Two of four nodes begin the new book, find each other in it and make a record final."""
    async with village(4) as made:
        await made.start(0, 1, 2, 3)
        await made.farms[0].act(proposal())
        await until(lambda: all(farm.book.ledger.height == 1 for farm in made.farms))
        for farm in made.farms[2:]:
            await farm.node.stop()
        charter = await drafted(made, 0, 1)
        signed = sign(charter, 0, 1)
        one, two = (farm.node.add_book(signed) for farm in made.farms[:2])
        made.farms[1].node.add_peer(two, made.farms[0].address)
        record = one.act(proposal("Go on")).record
        assert (await one.settled(record, 30)).state == "final"
        await until(lambda: two.ledger.height == 1)
        old = made.farms[0].book
        assert old.ledger.successor == one.coop
        with pytest.raises(LocalError, match="RFD-7"):
            old.act(proposal("No"))


async def test_the_end_outlives_a_restart() -> None:
    """A node that starts anew still signs nothing in the book that its device refounded."""
    async with village(2) as made:
        await made.start(0)
        farm = made.farms[0]
        new = farm.node.add_book(sign(await drafted(made, 0), 0))
        await farm.restart()
        assert farm.book.ledger.successor == new.coop
        status = await Service(farm.node).status("")
        assert status.coop == new.coop
        assert (await Service(farm.node).status(made.coop)).successors[0].mine


async def test_a_strangers_charter_ends_nothing() -> None:
    """Strangers may claim to refound a book: it goes on, unmarked, also where theirs is held."""
    async with village(2) as made:
        await made.start(0, 1)
        farm = made.farms[0]
        with short_folder() as folder:
            liar = make_home(folder / "liar", 7)
            forged = Founder(
                name="Farm 0", entity="organisation", member=farm.home.identity.member,
                device=liar.identity.device, label="laptop", addresses=[],
            )  # fmt: skip
            cited = Refounds(coop=made.coop, height=0, minute=farm.book.ledger.tip.id)
            charter = Charter.model_validate(
                sign_charter([liar]).charter.model_dump()
                | {"founders": [forged.model_dump()], "refounds": cited.model_dump()}
            )
            farm.node.add_book(sign(charter, 7))
        assert farm.book.ledger.successor == ""
        service = Service(farm.node)
        assert (await service.status(made.coop)).successors == []
        assert [one.successors for one in await service.list_books()] == [[], []]
        await farm.act(proposal("Still here"))


async def test_founding_checks_the_old_book_again() -> None:
    """A book that went on since the charter was signed is not refounded from before (RFD-5)."""
    async with village(2) as made:
        await made.start(0, 1)
        signed = sign(await drafted(made, 0, 1), 0, 1)
        await made.farms[0].act(proposal())
        with pytest.raises(Refused, match="RFD-5"):
            made.farms[0].node.add_book(signed)
        assert list(made.farms[0].node.books) == [made.coop]
        assert made.farms[0].book.ledger.successor == ""


async def test_a_node_without_the_old_book_says_so() -> None:
    """A new laptop can't check a charter, and is told which minute to compare."""
    async with village(2) as made:
        await made.start(0)
        charter = await drafted(made, 0)
        with short_folder() as folder:
            node = Node(make_home(folder / "laptop", 8), None)
            found = await Service(node).check_refounding(
                models.CharterAsked(charter=sign(charter, 0))
            )
            assert (found.held, found.name, found.coop) == (False, "", charter.coop())
            fresh = models.CharterAsked(charter=sign_charter([made.farms[0].home]))
            with pytest.raises(LocalError, match="API-2"):
                await Service(node).check_refounding(fresh)
            await node.stop()
