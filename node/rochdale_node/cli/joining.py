"""Applying to be a member with an invitation."""

from __future__ import annotations

from typing import Any

from .client import Client, home_path

__all__ = ["apply"]


def apply(client: Client, link: str) -> dict[str, Any]:
    """Sign and send the application that an invitation allows.

    Raises:
        LocalError: API-10 no invitation, KEY-n, KEY-8 the home has no recovery key.
    """
    from rochdale_protocol.core.errors import LocalError
    from rochdale_protocol.core.hashes import Tag
    from rochdale_protocol.membership.rules import recovery_claim

    from ..home import Home
    from ..invite import Invite
    from .secret import open_home_keys

    invite = Invite.from_link(link)
    identity = Home(home_path()).identity
    recovery = open_home_keys(home_path()).recovery
    if recovery is None:
        raise LocalError("KEY-8")
    claim = recovery_claim(invite.coop, recovery.public, identity.device)
    body = {
        "name": identity.name,
        "entity": identity.entity,
        "recovery": recovery.public,
        "token": invite.token.public,
        "recovery_sig": recovery.sign(Tag.SIGN_RECOVERY, claim).hex(),
        "token_sig": invite.token.sign(Tag.SIGN_INVITE, claim).hex(),
    }
    asked = {"kind": "member.apply", "body": body}
    done: dict[str, Any] = client.post("/v1/records", asked, coop=invite.coop)
    return done
