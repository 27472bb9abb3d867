"""Write every JSON Schema."""

from __future__ import annotations

from tests.schemas.files import SCHEMAS, made, models

for name in models():
    path = SCHEMAS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made(name))
