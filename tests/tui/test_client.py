"""Each endpoint has its function, and every failure is an error with advice."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rochdale_tui.client import ApiError, Client, RecordQuery, Unreachable

from .serve import FakeNode
from .world import World, farms_world, hostile_world, ident, listed


@asynccontextmanager
async def talking(world: World) -> AsyncIterator[tuple[Client, FakeNode]]:
    with tempfile.TemporaryDirectory(prefix="tui") as short:
        node = FakeNode(world, Path(short) / "s")
        await node.start()
        client = Client(str(node.socket), "5024")
        try:
            yield client, node
        finally:
            await client.close()
            await node.stop()


async def test_every_endpoint_is_parsed() -> None:
    """Whatever the contract answers arrives as its model, equal to what was sent."""
    world = farms_world()
    async with talking(world) as (client, _):
        assert await client.status() == world.status
        assert await client.own_coop() == world.coop
        assert await client.attention() == world.attention
        assert await client.members() == world.members
        assert await client.applications() == world.applications
        assert await client.proposals() == [listed(each) for each in world.proposals]
        assert await client.proposal(ident("proposal", 58)) == world.proposals[0]
        assert await client.rules() == world.rules
        assert (await client.agreements()).views == world.agreements
        assert await client.contributions() == world.contributions
        assert await client.peers() == world.peers
        assert await client.witnesses() == world.witnesses
        assert await client.evidence() == world.evidence
        assert await client.minutes() == world.minutes
        assert (await client.records(RecordQuery())).records == world.records
        record = world.records[0].record
        assert await client.record(record) == world.records[0]
        assert len(await client.verify(record)) == 7
        assert (await client.raw(record))["signature"] == "ab" * 64
        assert (await client.proof(record))["record"] == record


async def test_intact_texts() -> None:
    """Hashes of texts are computed over what was signed, before it is made harmless."""
    world = hostile_world()
    first = world.agreements[0]
    lie = first.versions[1].model_copy(update={"text": "another"})
    world.agreements[0] = first.model_copy(update={"versions": [first.versions[0], lie]})
    async with talking(world) as (client, _):
        held = await client.agreements()
        assert "<U+001B>" in held.views[0].versions[0].text
        records = {v.record for a in world.agreements for v in a.versions}
        assert records - held.intact == {lie.record}


async def test_refusals_carry_code_and_advice() -> None:
    """An error's code, message and advice arrive, harmless."""
    async with talking(farms_world()) as (client, node):
        node.refusal = (409, {"code": "GOV-5", "message": "No\x1b.", "next": "Wait.", "fields": {}})
        with pytest.raises(ApiError) as caught:
            await client.act("ballot.cast", {})
        assert str(caught.value) == "No<U+001B>. Wait. (GOV-5)"
        with pytest.raises(ApiError, match="API-4"):
            await client.record("ab" * 32)


async def test_nobody_answers() -> None:
    """Without a node every call says so, and how to start one; later calls work again."""
    async with talking(farms_world()) as (client, node):
        await client.status()
        await node.stop()
        with pytest.raises(Unreachable, match="rochdale up"):
            await client.status()
        with pytest.raises(Unreachable):
            async with client.events():
                pass
        node.socket.unlink(missing_ok=True)
        await node.start()
        assert (await client.status()).height == 41


async def test_nonsense() -> None:
    """An answer of another shape is an error that names the field."""
    async with talking(farms_world()) as (client, node):
        node.world.status = node.world.status.model_copy(update={"name": None})
        with pytest.raises(ApiError, match="name"):
            await client.status()


async def test_events_arrive() -> None:
    """Each line of the stream is an event, harmless; comments are none."""
    async with talking(farms_world()) as (client, node), client.events() as events:
        await node.listening.wait()
        node.emit("minute", "M42\x07")
        node.emit("peer", "up")
        first = await anext(events)
        assert (first.type, first.text) == ("minute", "M42<U+0007>")
        assert (await anext(events)).type == "peer"
