"""Witnesses that break the rules, one small file each; ``KINDS`` lists them by name.

To add one: write a ``Mask`` in a file of its own and name it here.
"""

from __future__ import annotations

from .double_notarizer import DoubleNotarizer
from .equivocator import Equivocator
from .finalize_and_nullify import FinalizeAndNullify
from .garbler import Garbler
from .liar import Liar
from .mask import Mask
from .nullifier import Nullifier
from .replayer import Replayer
from .skipper import Skipper
from .stripper import Stripper
from .usurper import Usurper
from .withholder import Withholder

__all__ = ["KINDS"]

KINDS: dict[str, type[Mask]] = {
    "double-notarizer": DoubleNotarizer,
    "equivocator": Equivocator,
    "finalize-and-nullify": FinalizeAndNullify,
    "garbler": Garbler,
    "liar": Liar,
    "nullifier": Nullifier,
    "replayer": Replayer,
    "skipper": Skipper,
    "stripper": Stripper,
    "usurper": Usurper,
    "withholder": Withholder,
}
