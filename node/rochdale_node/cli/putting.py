"""When a vote opens and closes, and as which class of business it is put."""

from __future__ import annotations

from typing import Any

from .client import Client
from .frame import Exit, Stop
from .times import closing_ms, deadline_ms, is_span, now_ms, span_ms

__all__ = ["class_for", "times_for"]


def class_for(client: Client, business: str, effect: str, *, elects: bool = False) -> str:
    """Return the class of business that was named, or the usual one for such an effect.

    Raises:
        Stop: no class may carry it.
    """
    if business:
        return business
    from rochdale_protocol.core.ruleset import Election, Rules
    from rochdale_protocol.governance.typed import usual_class

    rules = Rules.model_validate(client.get("/v1/rules"))
    if not elects:
        known: Any = effect
        usual = usual_class(rules, known)
    else:
        able = sorted(rules.classes) if effect == "none" else rules.effects.get(effect, [])  # type: ignore[call-overload]
        names = [name for name in able if isinstance(rules.classes[name].test, Election)]
        wanted = "options" if effect == "none" else "election"
        usual = wanted if wanted in names else next(iter(names), "")
    if not usual:
        what = "elects" if elects else f"may {effect}"
        raise Stop(
            Exit.REFUSED,
            "GOV-12",
            f"By the co-op's rules no class of business {what}.",
            "See rochdale rules show.",
        )
    return usual


def times_for(
    client: Client, business: str, effect: str, opens: str, closes: str
) -> tuple[int, int]:
    """Return opening and close of a vote; 0: it opens with the minute that holds it.

    Where the rules ask for notice and nothing else is said, it opens as soon as they allow. A
    length of time until the close counts from the opening.
    """
    at = deadline_ms(opens) if opens else _earliest(client, business, effect)
    if not at:
        return 0, closing_ms(closes)
    if is_span(closes):
        return at, at + span_ms(closes)
    return at, deadline_ms(closes)


def _earliest(client: Client, business: str, effect: str) -> int:
    from rochdale_protocol.governance.typed import opening_after

    rules = client.get("/v1/rules")
    days = rules["classes"].get(business, {"notice_days": 0})["notice_days"]
    if effect == "expel":
        days = max(days, rules["expulsion_days"])
    return opening_after(days, now_ms()) if days else 0
