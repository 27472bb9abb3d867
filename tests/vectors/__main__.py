"""Write every file of test vectors."""

from __future__ import annotations

from tests.vectors.files import VECTORS, made, names

for name in names():
    (VECTORS / f"{name}.json").write_bytes(made(name))
