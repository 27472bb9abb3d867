"""What the recovery key of this home vouches for: an application, or this device."""

from __future__ import annotations

from typing import Any

from .client import Client, home_path
from .frame import Exit, Stop

__all__ = ["apply", "enrol"]


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


def enrol(client: Client, coop: str) -> dict[str, Any]:
    """Let this home's recovery key vouch for its device (MEM-5), for whoever has that key.

    Raises:
        LocalError: KEY-n, KEY-8 the home has no recovery key.
        Stop: no member of the co-op has it.
    """
    from rochdale_protocol.core.errors import LocalError
    from rochdale_protocol.core.hashes import Tag
    from rochdale_protocol.membership.rules import recovery_claim

    from ..home import Home
    from .secret import open_home_keys

    identity = Home(home_path()).identity
    recovery = open_home_keys(home_path()).recovery
    if recovery is None:
        raise LocalError("KEY-8")
    rows = client.get("/v1/members", coop=coop)
    owners = [row["member"] for row in rows if row["recovery"] == recovery.public]
    if not owners:
        raise Stop(
            Exit.REFUSED,
            "MEM-5",
            "This home's recovery key is no member's.",
            f"Have the members decide on your new key, {recovery.public}.",
        )
    claim = recovery_claim(coop, owners[0], identity.device)
    body = {
        "member": owners[0],
        "label": identity.label,
        "recovery_sig": recovery.sign(Tag.SIGN_RECOVERY, claim).hex(),
    }
    signed = client.post("/v1/records", {"kind": "device.enrol", "body": body}, coop=coop)
    return {"record": signed["record"], "state": signed["state"]}
