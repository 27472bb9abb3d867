"""The schemas in ``specs/schemas`` are those of the models, and say yes and no rightly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.schemas.files import SCHEMAS, made, models
from tests.vectors.files import load

RECORDS = load("records")
MINUTES = load("minutes")
PROOFS = load("proofs")


def validator(name: str) -> Draft202012Validator:
    value = json.loads((SCHEMAS / f"{name}.json").read_bytes())
    Draft202012Validator.check_schema(value)
    return Draft202012Validator(value)


@pytest.mark.parametrize("name", models())
def test_schemas_are_fresh(name: str) -> None:
    """Making a schema again gives the same bytes."""
    assert (SCHEMAS / f"{name}.json").read_bytes() == made(name)


def test_every_schema_is_made() -> None:
    """No schema lacks the model that it is of."""
    found = {path.relative_to(SCHEMAS).with_suffix("").as_posix()
             for path in SCHEMAS.rglob("*.json")}  # fmt: skip
    assert found == set(models())


@pytest.mark.parametrize("name", models())
def test_every_field_must_be_there_and_no_other(name: str) -> None:
    """Each object of a schema asks for all of its fields and allows none besides."""
    value = json.loads((SCHEMAS / f"{name}.json").read_bytes())
    for each in (value, *value.get("$defs", {}).values()):
        if each.get("type") == "object":
            assert each["additionalProperties"] is False
            assert sorted(each.get("required", [])) == sorted(each["properties"])


@pytest.mark.parametrize("case", RECORDS["valid"], ids=lambda case: case["name"])
def test_valid_records_fit(case: dict[str, Any]) -> None:
    """Header and body of every valid record fit their schemas; with a field more neither does."""
    header, body = case["header"], case["body"]
    assert validator("header").is_valid(header)
    assert not validator("header").is_valid(header | {"more": 1})
    if body is not None:
        of_body = validator(f"bodies/{header['kind']}")
        assert of_body.is_valid(body)
        assert not of_body.is_valid(body | {"more": 1})
        for field in body:
            assert not of_body.is_valid({key: body[key] for key in body if key != field})


SAID_BY_PAGES_ALONE = {"a name with a line feed", "a name that begins with a space",
                       "a body with a space", "an unknown kind", "a reference missing",
                       "a reference too many", "no body"}  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [each for each in RECORDS["carried out"] if each["name"] not in SAID_BY_PAGES_ALONE],
    ids=lambda case: case["name"],
)
def test_spoilt_bodies_do_not_fit(case: dict[str, Any]) -> None:
    """What the fields of a kind forbid, its schema forbids, but for what pages alone can say."""
    frame = bytes.fromhex(case["frame"])
    end = 2 + int.from_bytes(frame[:2], "big")
    kind = json.loads(frame[2:end])["kind"]
    assert not validator(f"bodies/{kind}").is_valid(json.loads(frame[end + 64 :]))


@pytest.mark.parametrize("step", MINUTES["minutes"], ids=lambda step: str(step["height"]))
def test_minutes_fit(step: dict[str, Any]) -> None:
    """Header and body of every minute fit their schemas, and so does the charter."""
    data = bytes.fromhex(step["minute"])
    end = 2 + int.from_bytes(data[:2], "big")
    header = json.loads(data[2:end])
    assert validator("minute-header").is_valid(header)
    assert not validator("minute-header").is_valid(header | {"height": -1})
    assert validator("minute-body").is_valid(json.loads(data[end:]))
    assert validator("charter").is_valid(MINUTES["charter"])
    assert not validator("charter").is_valid(MINUTES["charter"]["charter"])


def test_proof_files_fit() -> None:
    """Every valid proof file and checkpoint fits its schema, and none with a field more or less."""
    files = [json.loads(each["file"]) for each in PROOFS["valid"]]
    files += map(json.loads, PROOFS["begun"]["files"].values())
    given = [each["checkpoint"] for each in PROOFS["begun"]["cases"] if each["checkpoint"]]
    for name, values in (("proof", files), ("checkpoint", list(map(json.loads, given)))):
        of_file = validator(name)
        for value in values:
            assert of_file.is_valid(value)
            assert not of_file.is_valid(value | {"more": 1})
            for field in value:
                assert not of_file.is_valid({key: value[key] for key in value if key != field})
