"""The vectors in ``specs/vectors`` are those that their modules build."""

from __future__ import annotations

import pytest

from tests.vectors.files import VECTORS, made, names


@pytest.mark.parametrize("name", names())
def test_vectors_are_fresh(name: str) -> None:
    """Building a file of vectors again gives the same bytes."""
    assert (VECTORS / f"{name}.json").read_bytes() == made(name)


def test_every_file_of_vectors_is_built() -> None:
    """No file of vectors lacks the module that builds it."""
    assert sorted(path.stem for path in VECTORS.glob("*.json")) == names()
