"""The handshake without any network: each message in each state, and who can be fooled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rochdale_node.errors import LinkError
from rochdale_node.links.handshake import (
    HELLO_SIZE,
    PROOF_SIZE,
    REPLY_SIZE,
    ClientHandshake,
    ServerHandshake,
    State,
)
from rochdale_protocol.core.keys import SeedSigner

FARM, MILL, THIEF = (SeedSigner(name * 32) for name in (b"f", b"m", b"t"))
COOP, OTHER = "ab" * 32, "cd" * 32
CERTIFICATE = b"the mill's certificate"
N1, N2 = b"1" * 16, b"2" * 16


def _client(**changes: object) -> ClientHandshake:
    values = {"signer": FARM, "coop": COOP, "certificate": CERTIFICATE, "nonce": N1}
    return ClientHandshake(**{**values, **changes})  # type: ignore[arg-type]


def _server(**changes: object) -> ServerHandshake:
    values = {"signer": MILL, "coop": COOP, "certificate": CERTIFICATE, "nonce": N2}
    return ServerHandshake(**{**values, **changes})  # type: ignore[arg-type]


def _messages() -> tuple[bytes, bytes, bytes]:
    client, server = _client(), _server()
    hello = client.start()
    reply = server.receive(hello)
    assert reply is not None
    return hello, reply, client.receive(reply)


def _fails(code: str, side: ClientHandshake | ServerHandshake, data: bytes) -> None:
    """The side refuses with the code, and refuses all that comes after."""
    with pytest.raises(LinkError) as caught:
        side.receive(data)
    assert caught.value.code == code
    assert side.state is State.FAILED
    for message in _messages():
        with pytest.raises(LinkError) as caught:
            side.receive(message)
        assert caught.value.code == "LNK-1"
    with pytest.raises(AssertionError):
        _ = side.peer


def test_both_sides_learn_who_is_there() -> None:
    """After three messages each side knows the other's device, for 227 bytes."""
    client, server = _client(expected=MILL.public), _server()
    hello = client.start()
    reply = server.receive(hello)
    assert reply is not None
    assert server.receive(client.receive(reply)) is None
    assert (client.peer, server.peer) == (MILL.public, FARM.public)
    assert (client.state, server.state) == (State.DONE, State.DONE)
    assert HELLO_SIZE + REPLY_SIZE + PROOF_SIZE == 227


def _fresh_client() -> ClientHandshake:
    return _client()


def _waiting_client() -> ClientHandshake:
    client = _client()
    client.start()
    return client


def _done_client() -> ClientHandshake:
    client = _waiting_client()
    client.receive(_messages()[1])
    return client


def _waiting_server() -> ServerHandshake:
    server = _server()
    server.receive(_messages()[0])
    return server


def _done_server() -> ServerHandshake:
    server = _waiting_server()
    server.receive(_messages()[2])
    return server


Side = Callable[[], ClientHandshake | ServerHandshake]
STATES: dict[Side, int | None] = {
    _fresh_client: None,
    _waiting_client: 1,
    _done_client: None,
    _server: 0,
    _waiting_server: 2,
    _done_server: None,
}
"""For each state which of the three messages is due, if any."""


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("number", [0, 1, 2], ids=["hello", "reply", "proof"])
def test_each_message_in_each_state(state: Side, number: int) -> None:
    """Only the message that is due is taken; each other one is LNK-1 and ends it."""
    side = state()
    message = _messages()[number]
    if STATES[state] == number:
        side.receive(message)
        assert side.state is not State.FAILED
    else:
        _fails("LNK-1", side, message)


@pytest.mark.parametrize("state", [_waiting_client, _server, _waiting_server])
def test_a_message_of_another_size_or_type_is_lnk_1(state: Side) -> None:
    """Cut, lengthened, empty or with another type byte, the message that is due is refused."""
    number = STATES[state]
    assert number is not None
    message = _messages()[number]
    for bad in (message[:-1], message + b"\0", b"", b"\x09" + message[1:]):
        _fails("LNK-1", state(), bad)


@pytest.mark.parametrize("at", [1, 16, 17, 48, 49, 80, 81, 112])
def test_a_reply_with_a_bit_changed_is_refused(at: int) -> None:
    """A bit of nonce, key, R or S flipped: the client doesn't believe it."""
    reply = bytearray(_messages()[1])
    reply[at] ^= 1
    _fails("LNK-2", _waiting_client(), bytes(reply))


@pytest.mark.parametrize("at", [1, 32, 33, 64])
def test_a_proof_with_a_bit_changed_is_refused(at: int) -> None:
    """A bit of R or S flipped: the server doesn't believe it."""
    proof = bytearray(_messages()[2])
    proof[at] ^= 1
    _fails("LNK-2", _waiting_server(), bytes(proof))


@pytest.mark.parametrize(
    "change",
    [{"nonce": b"9" * 16}, {"coop": OTHER}, {"certificate": b"another"}],
    ids=["replay", "another co-op", "another certificate"],
)
def test_a_signature_holds_for_one_connection_only(change: dict[str, object]) -> None:
    """What was signed for another connection, co-op or certificate is refused by both sides."""
    client = _client(**change)
    client.start()
    _fails("LNK-2", client, _messages()[1])
    server = _server(**change)
    server.receive(_messages()[0])
    _fails("LNK-2", server, _messages()[2])


def test_a_signature_of_one_side_is_none_of_the_other() -> None:
    """A server's signature given back as the client's, as a mirror would, is refused."""
    server = _server()
    reply = server.receive(_client(signer=THIEF).start())
    assert reply is not None
    _fails("LNK-2", server, b"\x03" + reply[49:])


def test_another_device_than_the_one_dialled_is_lnk_4() -> None:
    """A true signature of the wrong device doesn't do."""
    client = _client(expected=THIEF.public)
    client.start()
    _fails("LNK-4", client, _messages()[1])


def test_a_device_does_not_talk_to_itself() -> None:
    """Both sides notice their own key: LNK-3."""
    _fails("LNK-3", _server(), _client(signer=MILL).start())
    client = _client(signer=MILL)
    client.start()
    _fails("LNK-3", client, _messages()[1])
