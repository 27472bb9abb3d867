"""Drafting and signing agreements."""

from __future__ import annotations

from rochdale_protocol.agreements.queries import AgreementView, VersionView
from rochdale_protocol.views import StatusView

from ..phrases import differences, label, named, short
from .review import TYPED, Review, command, signer

__all__ = [
    "agreement_label",
    "changes",
    "newest_version",
    "review_agreement",
    "review_draft",
    "why_not_sign",
]


def agreement_label(agreement: AgreementView) -> str:
    """Return ``A-12``."""
    return label("A", agreement.number, agreement.agreement)


def newest_version(agreement: AgreementView) -> VersionView | None:
    """Return the version that would be signed."""
    return next((each for each in agreement.versions if each.version == agreement.version), None)


def why_not_sign(agreement: AgreementView, intact: frozenset[str], status: StatusView) -> str:
    """Say why the newest version of an agreement can't be signed by this member."""
    party = next((each for each in agreement.parties if each.member == status.member), None)
    if party is None:
        return "you are not a party"
    if party.signed == agreement.version:
        return f"you signed v{agreement.version}"
    newest = newest_version(agreement)
    if newest is None or not newest.text:
        return "its text is not here"
    if newest.record not in intact:
        return "its text does not match its hash; sign nothing"
    return ""


def changes(agreement: AgreementView, older: int, newer: int) -> list[str]:
    """Return the lines that differ between two versions, as ``differences`` has them."""
    texts = {each.version: each.text for each in agreement.versions}
    return differences(texts.get(older, ""), texts.get(newer, ""))


def _changed(agreement: AgreementView, signed: int) -> str:
    older = signed or agreement.version - 1
    if not older:
        return "this is the first version; read all of it"
    count = sum(line[:2] in ("- ", "+ ") for line in changes(agreement, older, agreement.version))
    which = f"v{older} that you signed" if signed else f"v{older}"
    return f"{count} lines since {which}; the tab Diff shows them"


def review_agreement(
    agreement: AgreementView, intact: frozenset[str], status: StatusView
) -> Review:
    """Prepare a signature on the newest version."""
    name, newest = agreement_label(agreement), newest_version(agreement)
    text_hash = "" if newest is None else newest.text_hash
    obstacle = why_not_sign(agreement, intact, status)
    mine = next((each.signed for each in agreement.parties if each.member == status.member), 0)
    matches = newest is not None and newest.record in intact
    others = [
        each
        for each in agreement.parties
        if each.signed != agreement.version and each.member != status.member
    ]
    waits = f"{len(others)} other parties still have to sign" if others else "you are the last"
    return Review(
        title="SIGN AGREEMENT",
        kind="agreement.sign",
        body={
            "agreement": agreement.agreement,
            "version": agreement.version,
            "text_hash": text_hash,
        },
        confirm="Sign",
        command=command(
            "agreement",
            "sign",
            name,
            "--version",
            str(agreement.version),
            "--expect",
            text_hash[:8],
        ),
        rows=(
            ("You sign", f"{name} {agreement.title}, v{agreement.version}"),
            ("Text hash", " ".join(text_hash[i : i + 4] for i in range(0, 16, 4))),
            ("As", signer(status)),
            ("Means", f"bound to this exact text once all parties signed it; {waits}"),
            ("Changed", _changed(agreement, mine)),
            ("Checked", "ok hash is this text's" if matches else "x  hash is not this text's"),
            ("", f"x  {obstacle}" if obstacle else "ok you are a party and may sign"),
            ("Undo", "none: only a later version, signed by all, replaces it"),
        ),
        typed=text_hash[:TYPED],
        typed_label=f"Type the hash's first {TYPED} characters to enable Sign:",
        obstacle=obstacle,
        done=f"Signature on {name} v{agreement.version} signed",
    )


def review_draft(
    title: str, text: str, parties: dict[str, str], source: str, status: StatusView
) -> Review:
    """Prepare an agreement's first version; ``parties`` maps members to names."""
    words = ["agreement", "draft", source, "--title", title]
    for key in sorted(parties):
        words += ["--party", short(key)]
    names = ", ".join(named(name, key) for key, name in parties.items())
    return Review(
        title="DRAFT AGREEMENT",
        kind="agreement.draft",
        body={"title": title, "text": text, "parties": sorted(parties)},
        confirm="Put forward",
        command=command(*words),
        rows=(
            ("Title", title),
            ("Text", f"{len(text)} characters from {source}"),
            ("Parties", names),
            ("As", signer(status)),
            ("Means", "all members can read it; nobody is bound until all parties signed"),
            ("Undo", "none, but a draft binds nobody"),
        ),
        done="Draft signed",
    )
