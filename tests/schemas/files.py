"""Which schemas there are, and their bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from rochdale_protocol.areas import kinds
from rochdale_protocol.core.records import Header
from rochdale_protocol.minutes.minute import MinuteBody, MinuteHeader, SignedCharter
from rochdale_protocol.proofs.checkpoint import Checkpoint
from rochdale_protocol.proofs.file import Proof

SCHEMAS = Path(__file__).resolve().parents[2] / "specs" / "schemas"


def models() -> dict[str, type[BaseModel]]:
    """Return the models by the name of their schema."""
    bodies = {f"bodies/{name}": kind.body for name, kind in sorted(kinds().items())}
    return {
        "header": Header,
        "minute-header": MinuteHeader,
        "minute-body": MinuteBody,
        "charter": SignedCharter,
        "proof": Proof,
        "checkpoint": Checkpoint,
        **bodies,
    }


def schema(name: str) -> dict[str, Any]:
    """Return a schema; every field must be there, as in canonical bytes (page 1)."""
    made = models()[name].model_json_schema(mode="serialization")
    plain: dict[str, Any] = _plain(made)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rochdale:1:{name.replace('/', ':')}",
        **plain,
    }


def _plain(value: Any) -> Any:
    """Return a schema that asks for every field, with patterns that any reader understands."""
    if isinstance(value, dict):
        plain: dict[str, Any] = {
            key: _ends(item) if key == "pattern" and isinstance(item, str) else _plain(item)
            for key, item in value.items()
            if key != "default"
        }
        if "patternProperties" in plain:
            named: dict[str, Any] = plain.pop("patternProperties")
            plain["patternProperties"] = {_ends(name): item for name, item in named.items()}
            plain["additionalProperties"] = False
        if "properties" in plain:
            plain["required"] = sorted(plain["properties"])
        return plain
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _ends(pattern: str) -> str:
    """Return a pattern with the ends of a text as ECMA-262 writes them."""
    return pattern.replace(r"\A", "^").replace(r"\z", "$")


def made(name: str) -> bytes:
    """Return the bytes that a file should have."""
    return (json.dumps(schema(name), indent=1, ensure_ascii=True) + "\n").encode("ascii")
