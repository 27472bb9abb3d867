"""Vectors of canonical bytes (CAN-1 to CAN-7), ids and digests (HSH-1, HSH-2).

The inputs named ``rfc8785-*`` are the test data of RFC 8785's authors
(github.com/cyberphone/json-canonicalization, ``testdata``), as far as they lie in the
restricted set; those outside are among the refused.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

SIZE_MAX = 4096

VALID: list[tuple[str, str, str]] = [
    ("null", "null", "null"),
    ("true", " true ", "true"),
    ("false", "false", "false"),
    ("zero", "0", "0"),
    ("largest-integer", "9007199254740991", "9007199254740991"),
    ("smallest-integer", "-9007199254740991", "-9007199254740991"),
    ("empty-string", '""', '""'),
    ("empty-array", "[ ]", "[]"),
    ("empty-object", "{ }", "{}"),
    (
        "controls",
        '"\\u0000\\u0001\\u0007\\b\\t\\n\\u000B\\f\\r\\u000E\\u001F\\u007F"',
        '"\\u0000\\u0001\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u001f\x7f"',
    ),
    ("escapes", '"\\"\\\\\\/"', '"\\"\\\\/"'),
    ("separators", '"\\u2028\\u2029\\u00a0\\ufeff"', '"\u2028\u2029\u00a0\ufeff"'),
    ("beyond-the-basic-plane", '"\\ud83d\\ude02"', '"\U0001f602"'),
    ("not-normalised", '["\\u00e9","e\\u0301"]', '["\u00e9","e\u0301"]'),
    ("keys-in-byte-order", '{"b":1,"B":2,"10":3,"1":4,"_":5}', '{"1":4,"10":3,"B":2,"_":5,"b":1}'),
    ("sixteen-deep", "[" * 16 + "]" * 16, "[" * 16 + "]" * 16),
    (
        "rfc8785-arrays",
        '[\n  56,\n  {\n    "d": true,\n    "10": null,\n    "1": [ ]\n  }\n]',
        '[56,{"1":[],"10":null,"d":true}]',
    ),
    (
        "rfc8785-structures-with-56-for-56.0",
        (
            '{"1": {"f": {"f": "hi","F": 5} ,"\\n": 56}, "10": { }, "": "empty", "a": { },'
            ' "111": [ { } ], "A": { }}'
        ),
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
    ),
    (
        "rfc8785-unicode",
        '{\n  "Unnormalized Unicode":"\\u1e0d\\u0307"\n}',
        '{"Unnormalized Unicode":"\u1e0d\u0307"}',
    ),
    (
        "rfc8785-values-without-numbers",
        (
            '{"literals": [null, true, false],'
            ' "escaping": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"}'
        ),
        '{"escaping":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/","literals":[null,true,false]}',
    ),
]
"""Name, JSON text, its canonical form."""

INVALID: list[tuple[str, bytes, str]] = [
    ("too-large", b'"' + b"a" * (SIZE_MAX - 1) + b'"', "CAN-1"),
    ("too-large-and-not-json", b"[" * (SIZE_MAX + 1), "CAN-1"),
    ("no-bytes", b"", "CAN-2"),
    ("cut-short", b'{"a":1', "CAN-2"),
    ("trailing-bytes", b"{}{}", "CAN-2"),
    ("trailing-nul", b"{}\x00", "CAN-2"),
    ("trailing-comma", b"[1,]", "CAN-2"),
    ("byte-order-mark", b"\xef\xbb\xbf{}", "CAN-2"),
    ("utf-16", "{}".encode("utf-16-le"), "CAN-2"),
    ("latin-1", b'"\xe9"', "CAN-2"),
    ("overlong-utf-8", b'"\xc0\x80"', "CAN-2"),
    ("surrogate-in-utf-8", b'"\xed\xa0\x80"', "CAN-2"),
    ("beyond-unicode", b'"\xf4\x90\x80\x80"', "CAN-2"),
    ("lone-high-surrogate-escape", b'"\\ud800"', "CAN-2"),
    ("lone-low-surrogate-escape", b'"\\udc00"', "CAN-2"),
    ("surrogate-escapes-in-wrong-order", b'"\\ude02\\ud83d"', "CAN-2"),
    ("raw-control-character", b'"a\nb"', "CAN-2"),
    ("unknown-escape", b'"\\x41"', "CAN-2"),
    ("single-quotes", b"'a'", "CAN-2"),
    ("comment", b"{}//", "CAN-2"),
    ("nan", b"NaN", "CAN-2"),
    ("infinity", b"[Infinity]", "CAN-2"),
    ("leading-zero", b"01", "CAN-2"),
    ("plus-sign", b"+1", "CAN-2"),
    ("key-without-quotes", b"{a:1}", "CAN-2"),
    ("number-as-key", b"{1:1}", "CAN-2"),
    ("fraction", b"4.5", "CAN-3"),
    ("whole-number-with-fraction", b"1.0", "CAN-3"),
    ("exponent", b"1e2", "CAN-3"),
    ("negative-zero-with-fraction", b"-0.0", "CAN-3"),
    ("integer-of-54-bits", b"9007199254740992", "CAN-3"),
    ("negative-integer-of-54-bits", b"-9007199254740992", "CAN-3"),
    ("integer-of-64-bits", b"18446744073709551615", "CAN-3"),
    ("integer-beyond-64-bits", b"18446744073709551616", "CAN-3"),
    ("fraction-inside", b'{"a":[{"b":0.1}]}', "CAN-3"),
    ("rfc8785-structures", b'{"1":{"\\n":56.0}}', "CAN-3"),
    ("rfc8785-values", b"[1e+30,4.5,333333333.3333333,0.002,1e-27]", "CAN-3"),
    ("seventeen-arrays", b"[" * 17 + b"]" * 17, "CAN-4"),
    ("seventeen-objects", b'{"a":' * 17 + b"1" + b"}" * 17, "CAN-4"),
    ("key-not-ascii", '{"\u00e9":1}'.encode(), "CAN-5"),
    ("escaped-key-not-ascii", b'{"\\u00e9":1}', "CAN-5"),
    ("key-not-ascii-inside", '[{"a":{"\u20ac":1}}]'.encode(), "CAN-5"),
    (
        "rfc8785-french",
        '{"peach":"This sorting order","p\u00e9ch\u00e9":"is wrong according to French",'
        '"p\u00eache":"but canonicalization MUST","sin":"ingnore locale"}'.encode(),
        "CAN-5",
    ),
    (
        "rfc8785-weird",
        '{"1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","\u00f6":'
        '"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\U0001f602":"Smiley",'
        '"\ufb33":"Hebrew Letter Dalet With Dagesh"}'.encode(),
        "CAN-5",
    ),
    ("leading-space", b" {}", "CAN-7"),
    ("trailing-newline", b"{}\n", "CAN-7"),
    ("space-inside", b'{"a": 1}', "CAN-7"),
    ("negative-zero", b"-0", "CAN-7"),
    ("keys-not-sorted", b'{"b":1,"a":2}', "CAN-7"),
    ("keys-not-sorted-inside", b'[{"b":1,"a":2}]', "CAN-7"),
    ("keys-in-order-of-numbers", b'{"9":1,"10":2}', "CAN-7"),
    ("key-twice", b'{"a":1,"a":1}', "CAN-7"),
    ("key-twice-once-escaped", b'{"a":1,"\\u0061":2}', "CAN-7"),
    ("needless-escape", b'"\\u0041"', "CAN-7"),
    ("escaped-letter-not-ascii", b'"\\u00e9"', "CAN-7"),
    ("escaped-solidus", b'"\\/"', "CAN-7"),
    ("escaped-delete", b'"\\u007f"', "CAN-7"),
    ("long-escape-of-newline", b'"\\u000a"', "CAN-7"),
    ("upper-case-escape", b'"\\u000F"', "CAN-7"),
    ("escaped-pair", b'"\\ud83d\\ude02"', "CAN-7"),
]
"""Name, bytes, code that decoding them must give."""

INVALID_STRINGS: list[tuple[str, list[int], str]] = [
    ("lone-high-surrogate", [0x61, 0xD800], "CAN-6"),
    ("lone-low-surrogate", [0xDC00], "CAN-6"),
    ("pair-in-wrong-order", [0xDE02, 0xD83D], "CAN-6"),
]
"""Name, UTF-16 code units of a string, code that encoding it must give."""

DIGESTS: list[tuple[str, list[bytes]]] = [
    ("rochdale/1/body\n", [b"{}"]),
    ("rochdale/1/text\n", ["Pr\u00fcfung".encode()]),
    ("rochdale/1/node\n", [bytes(32), bytes(range(32))]),
    ("rochdale/1/state-key\n", [b"member/1"]),
]


def build() -> dict[str, Any]:
    """Return the vectors."""
    header = b'{"v":1}'
    return {
        "size_max": SIZE_MAX,
        "valid": [
            {"name": name, "text": text, "canonical_hex": canonical.encode().hex()}
            for name, text, canonical in VALID
        ],
        "invalid": [
            {"name": name, "bytes_hex": data.hex(), "code": code} for name, data, code in INVALID
        ],
        "invalid_strings": [
            {"name": name, "utf16": units, "code": code} for name, units, code in INVALID_STRINGS
        ],
        "record_id": [{"header_hex": header.hex(), "id": sha256(header).hexdigest()}],
        "digests": [
            {
                "tag": tag,
                "parts_hex": [part.hex() for part in parts],
                "digest": sha256(tag.encode() + b"".join(parts)).hexdigest(),
            }
            for tag, parts in DIGESTS
        ],
    }
