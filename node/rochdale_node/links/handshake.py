"""Who is at the other end of a link: three messages, bytes in and bytes out (LNK-1 to LNK-4).

::

    client                                              server
    HELLO  type, nonce, client device           --->
                    <---  REPLY  type, nonce, server device, signature "server"
    PROOF  type, signature "client"             --->

    each signature covers: tag, co-op, SHA-256 of the server's TLS certificate,
        client nonce, server nonce, client device, server device, role

The certificate is made anew by each process and says nothing by itself. Because each side
signs the one that it *sees*, a man in the middle, who must show a certificate of his own,
can relay no signature; the nonces keep one from being used on another connection.
"""

from __future__ import annotations

from enum import Enum, auto
from hashlib import sha256
from typing import Final

from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import Signer, is_valid

from ..errors import LinkError

__all__ = [
    "HELLO_SIZE",
    "NONCE_SIZE",
    "PROOF_SIZE",
    "REPLY_SIZE",
    "ClientHandshake",
    "ServerHandshake",
    "State",
]

NONCE_SIZE: Final = 16
_KEY_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64

_HELLO: Final = b"\x01"
_REPLY: Final = b"\x02"
_PROOF: Final = b"\x03"

HELLO_SIZE: Final = 1 + NONCE_SIZE + _KEY_SIZE
REPLY_SIZE: Final = 1 + NONCE_SIZE + _KEY_SIZE + _SIGNATURE_SIZE
PROOF_SIZE: Final = 1 + _SIGNATURE_SIZE


class State(Enum):
    """Where a handshake stands; from FAILED nothing leads away."""

    NEW = auto()
    WAITING = auto()
    DONE = auto()
    FAILED = auto()


class _Handshake:
    """What both sides share.

    Attributes:
        state: DONE once the peer has proved its key.
    """

    def __init__(self, signer: Signer, coop: str, certificate: bytes, nonce: bytes) -> None:
        assert len(nonce) == NONCE_SIZE
        self.state = State.NEW
        self._signer = signer
        self._device = bytes.fromhex(signer.public)
        self._bound = bytes.fromhex(coop) + sha256(certificate).digest()
        self._nonce = nonce
        self._peer = b""

    @property
    def peer(self) -> str:
        """The device at the other end, in hexadecimal, once the state is DONE."""
        assert self.state is State.DONE
        return self._peer.hex()

    def _fail(self, code: str, **fields: object) -> LinkError:
        self.state = State.FAILED
        return LinkError(code, **fields)

    def _check_form(self, data: bytes, kind: bytes, size: int, expected: State) -> None:
        if self.state is not expected:
            raise self._fail("LNK-1", detail="out of order")
        if len(data) != size or data[:1] != kind:
            raise self._fail("LNK-1", detail="form", size=len(data), size_expected=size)

    def _check_peer(self, signed: bytes, signature: bytes) -> None:
        if not is_valid(self._peer, Tag.SIGN_LINK.value + signed, signature):
            raise self._fail("LNK-2", peer=self._peer.hex())


class ClientHandshake(_Handshake):
    """The side that dialled.

    Args:
        signer: this device.
        coop: id of the co-op that the link is about.
        certificate: DER of the certificate that the server showed on this connection.
        nonce: NONCE_SIZE fresh random bytes.
        expected: the device that was dialled, or None where any will do.
    """

    def __init__(
        self,
        signer: Signer,
        coop: str,
        certificate: bytes,
        nonce: bytes,
        expected: str | None = None,
    ) -> None:
        super().__init__(signer, coop, certificate, nonce)
        self._expected = expected

    def start(self) -> bytes:
        """Return HELLO."""
        assert self.state is State.NEW
        self.state = State.WAITING
        return _HELLO + self._nonce + self._device

    def receive(self, data: bytes) -> bytes:
        """Check REPLY and return PROOF; the peer is known then.

        Raises:
            LinkError: LNK-1, not a REPLY or not now; LNK-2, the server did not sign this
                connection; LNK-3, it is this very device; LNK-4, it is another device than
                the one that was dialled.
        """
        self._check_form(data, _REPLY, REPLY_SIZE, State.WAITING)
        nonce, self._peer = data[1:17], data[17:49]
        if self._peer == self._device:
            raise self._fail("LNK-3")
        if self._expected is not None and self._peer.hex() != self._expected:
            raise self._fail("LNK-4", expected=self._expected, peer=self._peer.hex())
        signed = self._bound + self._nonce + nonce + self._device + self._peer
        self._check_peer(signed + b"server", data[49:])
        self.state = State.DONE
        return _PROOF + self._signer.sign(Tag.SIGN_LINK, signed + b"client")


class ServerHandshake(_Handshake):
    """The side that was dialled; ``certificate`` is its own."""

    _signed = b""

    def receive(self, data: bytes) -> bytes | None:
        """Answer HELLO with REPLY, then check PROOF; the peer is known then.

        Raises:
            LinkError: LNK-1, not the message that is due; LNK-2, the client did not sign
                this connection; LNK-3, it is this very device.
        """
        if self.state is State.NEW:
            self._check_form(data, _HELLO, HELLO_SIZE, State.NEW)
            nonce, self._peer = data[1:17], data[17:49]
            if self._peer == self._device:
                raise self._fail("LNK-3")
            self._signed = self._bound + nonce + self._nonce + self._peer + self._device
            self.state = State.WAITING
            signature = self._signer.sign(Tag.SIGN_LINK, self._signed + b"server")
            return _REPLY + self._nonce + self._device + signature
        self._check_form(data, _PROOF, PROOF_SIZE, State.WAITING)
        self._check_peer(self._signed + b"client", data[1:])
        self.state = State.DONE
        return None
