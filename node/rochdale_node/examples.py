"""Rule sets that ship with the protocol, each with its source named."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.ruleset import Rules, standard_rules

__all__ = ["EXAMPLES", "example_rules"]

EXAMPLES: Final = ("standard", "consortium", "worker", "circle", "pact")


def example_rules(name: str) -> Rules:
    """Return the rule set of that name; raises LocalError API-19."""
    if name not in EXAMPLES:
        raise LocalError("API-19", name=name, names=", ".join(EXAMPLES))
    if name == "standard":
        return standard_rules()
    path = files("rochdale_protocol.governance") / "examples" / f"{name}.json"
    return Rules.model_validate_json(path.read_bytes())
