"""What holds for every test: nobody's own home or keyring, and properties without a stopwatch."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, settings
from nacl.bindings import crypto_sign_open

from rochdale_protocol.core import keys

# Speed is measured by benchmarks, and a shared machine is slow at any moment.
settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# The same examples each time, so that who changes nothing breaks nothing;
# ``make test ARGS=--hypothesis-profile=search`` draws new ones.
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")

# A test of a screen makes so many objects that to look for garbage took a fifth of its time.
gc.set_threshold(100_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with whole co-ops: no worker is left with the longest tests at the end."""
    items.sort(key=lambda item: "sim" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Look for no garbage in what was imported."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _signatures_once() -> Iterator[None]:
    """Ask libsodium once about a signature that opens; whether it does hangs on its bytes alone.

    Tests share farms, hence keys and founding minutes. Refusals are not kept.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "crypto_sign_open", lru_cache(maxsize=16_384)(crypto_sign_open))
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep this user's home folder, passphrase file and keyring out of the tests' reach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROCHDALE_HOME", str(tmp_path_factory.mktemp("home") / "rochdale"))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.delenv("ROCHDALE_PASSPHRASE_FILE", raising=False)
        yield
