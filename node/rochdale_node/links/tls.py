"""TLS 1.3 with a certificate that lives as long as the process (LNK-5).

Nothing is believed because of a certificate: the handshake has each side sign, with its
device key, the one that was shown.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ServerTls", "client_context", "make_server_tls"]


@dataclass(frozen=True, slots=True)
class ServerTls:
    """What a server shows: its certificate's DER, and the context that uses it."""

    certificate: bytes
    context: ssl.SSLContext


def client_context() -> ssl.SSLContext:
    """Return a context that speaks TLS 1.3 only and leaves the proof to the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def make_server_tls(folder: Path) -> ServerTls:
    """Return a fresh key and certificate.

    OpenSSL takes them from a file only: it is put into ``folder``, which only its user can
    read, and is gone again before this returns.
    """
    certificate, pem = _make_certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # A resumed session would carry no certificate to sign.
    context.num_tickets = 0
    fd, name = tempfile.mkstemp(dir=folder, prefix=".tls-")  # mode 0600
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(pem)
        context.load_cert_chain(name)
    finally:
        Path(name).unlink()
    return ServerTls(certificate, context)


def _make_certificate() -> tuple[bytes, bytes]:
    """Return a self-signed certificate as DER, and it and its key as PEM."""
    # Late: a tenth of a second that only a node that goes online needs to spend.
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    nobody = x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(nobody)
        .issuer_name(nobody)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Fixed, so that it tells nothing about this machine's clock.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .sign(key, None)
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.DER), secret + certificate.public_bytes(Encoding.PEM)
