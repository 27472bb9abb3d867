"""Links over real sockets: who gets through, and how a link ends."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSMsgType

from rochdale_node.demo.farms import free_port
from rochdale_node.links import server as server_module
from rochdale_node.links.dialer import connect
from rochdale_node.links.handshake import ClientHandshake
from rochdale_node.links.link import PATH, Link
from rochdale_node.links.server import LinkServer
from rochdale_node.links.tls import ServerTls, client_context, make_server_tls
from rochdale_protocol.core.errors import DecodeError
from rochdale_protocol.core.limits import MESSAGE_SIZE_MAX

from .mill import COOP, FARM, MILL, OTHER, PATIENCE_S, Mill, ends, fails, relay, until


async def test_messages_arrive_whole_and_in_order(mill: Mill, session: ClientSession) -> None:
    """Empty, small and largest messages come back as they went, and each knows the other."""
    link = await connect(session, mill.address, COOP, FARM, expected=MILL.public)
    there = await mill.links.get()
    assert (link.peer, there.peer) == (MILL.public, FARM.public)
    assert (link.incoming, there.incoming) == (False, True)
    sent = [b"", b"a", b"b" * MESSAGE_SIZE_MAX, b"c"]
    received = []
    for data in sent:
        link.post(data)
    async for data in link:
        received.append(data)
        if len(received) == len(sent):
            break
    assert received == sent
    await link.close("enough")
    assert link.why == "enough"


async def test_the_peer_is_told_why(mill: Mill, session: ClientSession) -> None:
    """The reason of a close, and what was queued before it, reach the other side."""
    link = await connect(session, mill.address, COOP, FARM)
    there = await mill.links.get()
    link.post(b"last words")
    await link.close("SYN-4: rubbish")
    link.post(b"too late")
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.wait({there._writer})
    assert there.why == "LNK-9 (why=SYN-4: rubbish)"


async def test_a_handler_that_refuses_tells_its_code(mill: Mill, session: ClientSession) -> None:
    """A coded error of the floor above ends the link, and the peer learns the code only."""

    async def refuse(link: Link) -> None:
        async for _ in link:
            raise DecodeError("SYN-1", secret="mine")

    mill.handler = refuse
    link = await connect(session, mill.address, COOP, FARM)
    link.post(b"rubbish")
    assert await ends(link) == "LNK-9 (why=SYN-1)"


async def test_a_server_that_stops_ends_its_links(mill: Mill, session: ClientSession) -> None:
    """Closing the server closes what it holds, with a reason, and doesn't wait for the deaf."""
    mill.handler = mill.deaf
    link = await connect(session, mill.address, COOP, FARM)
    ending = asyncio.create_task(ends(link))
    async with asyncio.timeout(PATIENCE_S):
        await mill.links.get()
        await mill.server.close()
    assert await ending == "LNK-9 (why=going away)"


# Who doesn't get through ---------------------------------------------------------------


async def test_nobody_at_the_address_is_lnk_5(session: ClientSession) -> None:
    """A port that nobody listens on."""
    await fails("LNK-5", connect(session, f"127.0.0.1:{free_port()}", COOP, FARM))


async def test_a_co_op_that_is_not_there_is_lnk_8(mill: Mill, session: ClientSession) -> None:
    """The server doesn't hold that co-op, and doesn't say which it holds."""
    await fails("LNK-8", connect(session, mill.address, OTHER, FARM))


async def test_a_server_that_says_nothing_is_lnk_10(session: ClientSession) -> None:
    """Something that accepts and is silent is left after the time for the handshake."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        await fails("LNK-10", connect(session, address, COOP, FARM, handshake_s=0.1))


async def test_a_client_that_says_nothing_is_lnk_10(tls: ServerTls, session: ClientSession) -> None:
    """A client that opens the socket and proves nothing is closed with the reason."""
    mill = Mill(tls, handshake_s=0.1)
    await mill.server.start()
    try:
        async with session.ws_connect(f"https://{mill.address}{PATH}{COOP}") as silent:
            message = await silent.receive(PATIENCE_S)
            assert (message.type, message.extra) == (WSMsgType.CLOSE, "LNK-10")
    finally:
        await mill.server.close()
    assert mill.links.empty()


@pytest.mark.parametrize("rubbish", [b"", b"\x01" * 49, b"\x03" * 65, b"x" * 1_000_000])
async def test_a_client_that_sends_rubbish_gets_no_link(
    mill: Mill, session: ClientSession, rubbish: bytes
) -> None:
    """Rubbish instead of a handshake is refused with a reason and no handler sees it."""
    async with session.ws_connect(f"https://{mill.address}{PATH}{COOP}") as dialled:
        for _ in range(2):
            await dialled.send_bytes(rubbish)
        while (message := await dialled.receive(PATIENCE_S)).type is WSMsgType.BINARY:
            pass
        assert message.type is WSMsgType.CLOSE
        assert message.extra in ("LNK-1", "LNK-2")
    assert mill.links.empty()


async def test_the_other_device_at_a_known_address_is_lnk_4(
    mill: Mill, session: ClientSession
) -> None:
    """Dialling a device at its old address, where another now lives, gives no link."""
    await fails("LNK-4", connect(session, mill.address, COOP, FARM, expected=FARM.public))
    assert mill.links.empty()


async def test_this_device_at_the_address_is_refused(mill: Mill, session: ClientSession) -> None:
    """Dialling oneself is noticed."""
    error = await fails("LNK-9", connect(session, mill.address, COOP, MILL))
    assert error.fields["why"] == "LNK-3"


async def test_tls_below_1_3_is_refused(mill: Mill) -> None:
    """A client that can't speak TLS 1.3 gets no connection, and ours speaks nothing less."""
    old = client_context()
    assert old.minimum_version is ssl.TLSVersion.TLSv1_3
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.open_connection("127.0.0.1", mill.server.port, ssl=old)


async def test_a_man_in_the_middle_can_relay_nothing(
    mill: Mill, session: ClientSession, tmp_path: Path
) -> None:
    """Who opens the encryption to pass on the handshake is found out.

    The same relay that passes on the encrypted bytes unopened is let through.
    """
    evil = make_server_tls(tmp_path).context
    blind = await relay(mill.server.port, None, None)
    seeing = await relay(mill.server.port, evil, client_context())
    async with blind, seeing:
        port = blind.sockets[0].getsockname()[1]
        link = await connect(session, f"127.0.0.1:{port}", COOP, FARM)
        assert (await mill.links.get()).peer == FARM.public
        await link.close()
        port = seeing.sockets[0].getsockname()[1]
        await fails("LNK-2", connect(session, f"127.0.0.1:{port}", COOP, FARM))
    assert mill.links.empty()


async def test_the_server_too_finds_a_man_in_the_middle(
    mill: Mill, session: ClientSession, tmp_path: Path
) -> None:
    """Even a client that believes the relay's certificate gets no link: its proof is of that."""
    evil = make_server_tls(tmp_path)
    handshake = ClientHandshake(FARM, COOP, evil.certificate, b"n" * 16)
    async with session.ws_connect(f"https://{mill.address}{PATH}{COOP}") as dialled:
        await dialled.send_bytes(handshake.start())
        await dialled.receive(PATIENCE_S)
        # It signs as if it had seen what the relay shows.
        await dialled.send_bytes(b"\x03" + _signed_for(evil.certificate))
        message = await dialled.receive(PATIENCE_S)
        assert (message.type, message.extra) == (WSMsgType.CLOSE, "LNK-2")
    assert mill.links.empty()


def _signed_for(certificate: bytes) -> bytes:
    """Return the client's signature of a handshake over another certificate."""
    from rochdale_node.links.handshake import ServerHandshake

    client = ClientHandshake(FARM, COOP, certificate, b"n" * 16)
    reply = ServerHandshake(MILL, COOP, certificate, b"s" * 16).receive(client.start())
    assert reply is not None
    return client.receive(reply)[1:]


async def test_a_port_that_is_taken_is_lnk_11(mill: Mill, tls: ServerTls) -> None:
    """A second server on the same port says so."""
    second = LinkServer("127.0.0.1", mill.server.port, MILL, lambda _: None, tls)
    await fails("LNK-11", second.start())


async def test_links_are_bounded(
    mill: Mill, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One link more than allowed is turned away, and let in when another has ended."""
    monkeypatch.setattr(server_module, "LINKS_MAX", 1)
    first = await connect(session, mill.address, COOP, FARM)
    there = await mill.links.get()
    error = await fails("LNK-5", connect(session, mill.address, COOP, FARM))
    assert error.fields["detail"] == "HTTP status 503"
    await first.close()
    await asyncio.wait({there._writer})
    await until(lambda: not mill.server._serving)
    await (await connect(session, mill.address, COOP, FARM)).close()


# Peers that flood or stall --------------------------------------------------------------


async def test_a_message_too_large_is_lnk_6(mill: Mill, session: ClientSession) -> None:
    """A byte over the limit ends the link at the receiver, unread."""
    link = await connect(session, mill.address, COOP, FARM)
    there = await mill.links.get()
    await link._socket.send_bytes(bytes(MESSAGE_SIZE_MAX + 1))
    assert (await ends(link)).startswith("LNK-9")
    assert there.why == f"LNK-6 (size_max={MESSAGE_SIZE_MAX})"


async def test_a_text_is_lnk_1(mill: Mill, session: ClientSession) -> None:
    """Only binary messages are spoken."""
    link = await connect(session, mill.address, COOP, FARM)
    there = await mill.links.get()
    await link._socket.send_str("hello")  # type: ignore[attr-defined]
    await ends(link)
    assert there.why == "LNK-1 (detail=text)"


async def _fill(link: Link) -> None:
    """Send until the network takes no more, with one message stuck on its way."""
    while link.is_open:
        link.post(bytes(MESSAGE_SIZE_MAX))
        try:
            async with asyncio.timeout(0.5):
                await until(lambda: link._queue_size == 0)
        except TimeoutError:
            return


async def test_a_peer_that_stalls_is_lnk_7(mill: Mill, session: ClientSession) -> None:
    """A peer that takes nothing for the time allowed is closed."""
    mill.handler = mill.deaf
    link = await connect(session, mill.address, COOP, FARM)
    link._stall_s = 0.2
    await _fill(link)
    assert await ends(link) == link.why == "LNK-7 (seconds=0.2)"


async def test_a_peer_that_does_not_read_is_lnk_7(mill: Mill, session: ClientSession) -> None:
    """More queued than allowed ends the link at once, long before the time to stall is over."""
    mill.handler = mill.deaf
    link = await connect(session, mill.address, COOP, FARM)
    ending = asyncio.create_task(ends(link))
    await _fill(link)
    for _ in range(3):
        link.post(bytes(MESSAGE_SIZE_MAX))
    async with asyncio.timeout(PATIENCE_S):
        assert (await ending).startswith("LNK-7 (queued=")
        await asyncio.wait({link._writer})


async def test_a_lost_connection_ends_the_link(mill: Mill, session: ClientSession) -> None:
    """A connection that is cut without a word ends the link on both sides."""
    cut = await relay(mill.server.port, None, None)
    async with cut:
        port = cut.sockets[0].getsockname()[1]
        link = await connect(session, f"127.0.0.1:{port}", COOP, FARM)
        there = await mill.links.get()
        link._socket._response.connection.transport.abort()  # type: ignore[attr-defined]
        assert (await ends(link)).startswith("LNK-9")
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait({there._writer})
        assert there.why.startswith("LNK-9")
