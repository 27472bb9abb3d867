"""The description of the local API is whole, valid, and what the node really answers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rochdale_node.api.openapi import openapi
from rochdale_node.api.routes import routes
from rochdale_protocol.areas import areas, kinds

from .conftest import Farm

EMPTY = {
    f"/v1/{name}"
    for name in (
        "agreements", "applications", "approvals", "capabilities", "contributions",
        "delegations", "disputes", "evidence", "mandates", "meetings", "offices", "peers",
        "vouches",
    )
}  # fmt: skip
"""What a book of one proposal and one ballot has none of."""


@cache
def description() -> dict[str, Any]:
    """Return what the node says of its API; it depends on nothing but the code."""
    return openapi()


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return what checks an answer; references lead into the components."""
    return Draft202012Validator({**schema, "components": description()["components"]})


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*(references(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(references(item) for item in value))
    return set()


def test_every_schema_is_valid_and_every_reference_leads_somewhere() -> None:
    """All components are JSON Schemas of 2020-12, and nothing refers to what is absent."""
    described = description()
    schemas = described["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    targets = {f"#/components/schemas/{name}" for name in schemas}
    assert references(described) <= targets
    assert described["openapi"] == "3.1.0"


async def test_every_route_that_is_served_is_described_and_none_besides(farm: Farm) -> None:
    """The paths and methods of the description are those of the running server."""
    (runner, _) = farm.server._runners
    assert runner.app is not None
    served = {
        (route.method, route.resource.canonical)
        for route in runner.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    described = {
        (method.upper(), path)
        for path, operations in description()["paths"].items()
        for method in operations
    }
    assert described == served


def test_an_area_brings_its_queries_and_kinds_along() -> None:
    """Each query of each area is an endpoint, and each kind's body is a schema."""
    paths = {route.path for route in routes()}
    assert {f"/v1/{query.__name__}" for area in areas() for query in area.queries} <= paths
    assert {kind.body.__name__ for kind in kinds().values()} <= set(
        description()["components"]["schemas"]
    )


def test_operations_have_names_of_their_own() -> None:
    """No two operations share an id, so that generated clients work."""
    names = [
        operation["operationId"]
        for operations in description()["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+_\w+", name) for name in names)


@pytest.mark.parametrize(
    "path",
    sorted(
        {route.path for route in routes() if route.method == "GET" and route.answer is not None}
    ),
)
async def test_answers_are_what_the_description_says(farm: Farm, path: str) -> None:
    """Each answer of a book with something in it is valid against its described schema."""
    record = await farm.propose()
    await farm.vote(record, "for")
    asked = path.replace("{id}", record).replace("{height}", "1")
    asked += {
        "/v1/ballots": f"?proposal={record}",
        "/v1/proposal": f"?proposal={record}",
        "/v1/resolve": "?text=P-1&types=proposal",
    }.get(path, "")
    answer = await farm.get(asked)
    operation = description()["paths"][path]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator(schema).validate(answer)
    assert answer != [] or path in EMPTY
