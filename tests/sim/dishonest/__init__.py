"""Witnesses that break the rules, one small file each; ``KINDS`` lists them by name.

To add one: write a ``Mask`` in a file of its own and name it here.
"""

from __future__ import annotations

from .bungler import Bungler
from .double_notarizer import DoubleNotarizer
from .equivocator import Equivocator
from .finalize_and_nullify import FinalizeAndNullify
from .flooder import Flooder
from .garbler import Garbler
from .half_forwarder import HalfForwarder
from .impersonator import Impersonator
from .liar import Liar
from .mask import Mask
from .nullifier import Nullifier
from .redater import Redater
from .replayer import Replayer
from .skipper import Skipper
from .stale import Stale
from .stripper import Stripper
from .twin import Twin
from .usurper import Usurper
from .withholder import Withholder

__all__ = ["KINDS"]

KINDS: dict[str, type[Mask]] = {
    "bungler": Bungler,
    "double-notarizer": DoubleNotarizer,
    "equivocator": Equivocator,
    "finalize-and-nullify": FinalizeAndNullify,
    "flooder": Flooder,
    "garbler": Garbler,
    "half-forwarder": HalfForwarder,
    "impersonator": Impersonator,
    "liar": Liar,
    "nullifier": Nullifier,
    "redater": Redater,
    "replayer": Replayer,
    "skipper": Skipper,
    "stale-roster": Stale,
    "stripper": Stripper,
    "twins": Twin,
    "usurper": Usurper,
    "withholder": Withholder,
}
