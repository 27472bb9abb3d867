"""The Rochdale protocol: records, minutes, rules, state and proofs.

Pure: nothing in this package does I/O, reads a clock or draws a random number.
The rules it implements are numbered in ``specs/``.
"""

__version__ = "0.1.0"
