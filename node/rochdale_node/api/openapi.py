"""OpenAPI 3.1 of the local API, made from the routes and their models."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from rochdale_protocol.areas import kinds
from rochdale_protocol.views import Event

from .. import __version__
from .models import Imported, Problem
from .routes import Param, Route, routes

__all__ = ["openapi"]

_REF: Final = "#/components/schemas/{model}"
_COOP: Final = {
    "name": "coop",
    "in": "query",
    "description": "which co-op: the beginning of its id; not needed where there is one",
    "schema": {"type": "string"},
}


def openapi() -> dict[str, Any]:
    """Return the description of every endpoint."""
    schemas: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes():
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    for path, method, operation in _streams(schemas):
        paths.setdefault(path, {})[method] = operation
    _collect(schemas, Problem)
    bodies = [kind.body for kind in kinds().values()]
    _, made = models_json_schema([(body, "validation") for body in bodies], ref_template=_REF)
    schemas.update(made.get("$defs", {}))
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Rochdale local API",
            "version": __version__,
            "description": (
                "A member's own node, on a Unix socket that only its user may open. The body"
                " of an act (POST /v1/records) is the schema of its kind: "
                + ", ".join(f"{kind} {kinds()[kind].body.__name__}" for kind in sorted(kinds()))
                + "."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "http://node", "description": "the socket node.sock in the home"}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items()))},
    }
    anchored: dict[str, Any] = _with_patterns_of_ecma(described)
    return anchored


def _with_patterns_of_ecma(value: Any) -> Any:
    r"""Return JSON whose patterns are anchored as JSON Schema knows it: ``\A`` is ``^``."""
    if isinstance(value, dict):
        return {key: _of_ecma(key, item) for key, item in value.items()}
    return [_with_patterns_of_ecma(item) for item in value] if isinstance(value, list) else value


def _of_ecma(key: str, item: Any) -> Any:
    if key == "pattern" and isinstance(item, str):
        return _anchored(item)
    if key == "patternProperties":
        return {_anchored(name): _with_patterns_of_ecma(each) for name, each in item.items()}
    return _with_patterns_of_ecma(item)


def _anchored(pattern: str) -> str:
    return pattern.replace(r"\A", "^").replace(r"\z", "$")


def _collect(schemas: dict[str, Any], kind: Any, *, mode: str = "serialization") -> dict[str, Any]:
    """Return the schema of a type, with what it refers to among the components."""
    adapter = TypeAdapter(kind)
    asked: Any = mode
    schema = adapter.json_schema(ref_template=_REF, mode=asked)
    schemas.update(schema.pop("$defs", {}))
    name = getattr(kind, "__name__", "")
    if schema.get("type") == "object" and name:
        schemas[name] = schema
        return {"$ref": _REF.format(model=name)}
    return schema


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    parts = re.findall(r"\{(\w+)\}", route.path)
    parameters: list[dict[str, Any]] = [
        {"name": part, "in": "path", "required": True, "schema": {"type": "string"}}
        for part in parts
    ]
    parameters += [_parameter(param) for param in route.params]
    answer = {"type": "object"} if route.answer is None else _collect(schemas, route.answer)
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.says.partition("\n")[0],
        "parameters": [*parameters, _COOP],
        "responses": _responses("application/json", answer),
    }
    if route.body is not None:
        body = _collect(schemas, route.body, mode="validation")
        content = {"application/json": {"schema": body}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameter(param: Param) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(param.default, int):
        schema = {"type": "integer", "minimum": 0, "maximum": param.most}
    if param.default is not None:
        schema["default"] = param.default
    return {
        "name": param.name,
        "in": "query",
        "required": param.required,
        "description": param.says,
        "schema": schema,
    }


def _responses(media: str, schema: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/json": {"schema": {"$ref": _REF.format(model="Problem")}}}
    return {
        "200": {"description": "done", "content": {media: {"schema": schema}}},
        "default": {"description": "refused, and what to do next", "content": problem},
    }


def _streams(schemas: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    event = _collect(schemas, Event)
    raw = {"type": "string", "format": "binary"}
    text = {"type": "string"}
    since = _parameter(Param("since", "the first minute", 1))
    described: list[tuple[str, str, str, str, Any, list[Any]]] = [
        ("/v1/events", "get", "News as server-sent events; each data line is an Event.",
         "text/event-stream", event, [_COOP]),
        ("/v1/export", "get", "The book as a file for another node.",
         "application/octet-stream", raw, [since, _COOP]),
        ("/v1/import", "post", "Take in a file that another node exported.",
         "application/json", _collect(schemas, Imported), []),
        ("/v1/openapi.json", "get", "This description.",
         "application/json", {"type": "object"}, []),
        ("/metrics", "get", "Figures for Prometheus.", "text/plain", text, []),
    ]  # fmt: skip
    found = []
    for path, method, says, media, schema, parameters in described:
        operation: dict[str, Any] = {
            "operationId": "_".join([method, *re.findall(r"\w+", path.removeprefix("/v1/"))]),
            "summary": says,
            "parameters": parameters,
            "responses": _responses(media, schema),
        }
        if path == "/v1/import":
            content = {"application/octet-stream": {"schema": raw}}
            operation["requestBody"] = {"required": True, "content": content}
        found.append((path, method, operation))
    return found
