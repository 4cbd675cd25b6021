"""An honest OpenAPI 3.1 document: every refusal declared as problem+json, security, closed objects, plain names."""

from typing import Any

from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, Contact, License, SecurityScheme

from backend.core.http.access import KEY, PUBLIC

WHAT = {
    "400": "The request cannot be read",
    "401": "Nobody is signed in",
    "403": "The role does not open this door",
    "404": "Nothing here for this caller",
    "405": "The address does not take this method",
    "409": "The state of things does not allow it",
    "413": "The body is over 64 KiB",
    "415": "The body is not application/json",
    "422": "Some fields need another look",
    "429": "A limit is reached; see Retry-After",
    "503": "The service is full for a moment; see Retry-After",
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details with a stable code, a sentence for people and the next step.",
    "required": ["type", "title", "status", "code"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "next_step": {
            "type": "object",
            "additionalProperties": False,
            "required": ["href", "title"],
            "properties": {"href": {"type": "string"}, "title": {"type": "string"}},
        },
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "examples": [
        {
            "type": "https://linli.example/problems/slot-taken",
            "title": "这个时间刚被约走了",
            "status": 409,
            "code": "slot-taken",
            "next_step": {"href": "/appointments/new", "title": "看看别的时间"},
        }
    ],
}


def schema_config() -> OpenAPIConfig:
    """The configuration; the document itself is published by ``document`` and committed in ``openapi/``."""
    return OpenAPIConfig(
        title="Linli 邻里",
        version="1",
        description="Government services, halls and appointments for everybody, by every channel.",
        license=License(name="Apache-2.0"),
        contact=Contact(name="Linli"),
        path="/schema",
        enabled_endpoints=set(),
        render_plugins=[],
        components=Components(
            security_schemes={
                "session": SecurityScheme(type="apiKey", security_scheme_in="cookie", name="linli"),
                "bearer": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
    )


def document(app: Litestar) -> dict[str, Any]:
    """The published contract of the routes under /api."""
    schema: dict[str, Any] = app.openapi_schema.to_schema()
    names = {name: _short(name) for name in schema["components"].get("schemas", {})}
    if len(set(names.values())) < len(names):
        raise ValueError(f"two components share a short name: {sorted(names.values())}")
    schema = _renamed(schema, names)
    schema["components"]["schemas"]["Problem"] = PROBLEM
    schema["paths"] = {path: item for path, item in schema["paths"].items() if path.startswith("/api/")}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                _complete(operation, method, _rule(app, path, method))
    _keep_used(schema)
    return schema


def _rule(app: Litestar, path: str, method: str) -> frozenset[str]:
    for route in app.routes:
        if getattr(route, "path_format", route.path) == path:
            for handler in getattr(route, "route_handlers", []):
                if method.upper() in handler.http_methods:
                    rule: frozenset[str] = handler.opt[KEY]
                    return rule
    raise LookupError(f"{method} {path}")


def _complete(operation: dict[str, Any], method: str, rule: frozenset[str]) -> None:
    """Declare what the middleware and the guards can answer; refusals are problems."""
    responses = {code: each for code, each in operation["responses"].items() if code < "400"}
    wanted = {"400", "404", "405", "429", "503"} | ({"422"} if operation.get("parameters") else set())
    if PUBLIC not in rule:
        wanted |= {"401", "403"}
        operation["security"] = [{"session": []}, {"bearer": []}]
        operation["x-roles"] = sorted(rule)
    else:
        operation["security"] = []
    if method != "get":
        wanted |= {"403", "409", "413", "415", "422"}
    for code in sorted(wanted):
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        responses[code] = {"description": WHAT[code], "content": problem}
    operation["responses"] = dict(sorted(responses.items()))


def _short(name: str) -> str:
    """``backend_places_schemas_Hall`` reads ``Hall``; a page of halls ``HallPage``."""
    parts = [
        part for part in name.replace("[", "_").replace("]", "").replace(".", "_").split("_") if part[:1].isupper()
    ]
    return "".join(reversed(parts)) if len(parts) > 1 else (parts[0] if parts else name)


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """Rename components everywhere; close every object that lists its properties."""
    if isinstance(node, dict):
        changed = {names.get(key, key): _renamed(value, names) for key, value in node.items()}
        reference = changed.get("$ref")
        if isinstance(reference, str):
            old = reference.rpartition("/")[2]
            changed["$ref"] = f"#/components/schemas/{names.get(old, old)}"
        if changed.get("type") == "object" and "properties" in changed:
            changed.setdefault("additionalProperties", False)
        return changed
    return [_renamed(each, names) for each in node] if isinstance(node, list) else node


def _keep_used(schema: dict[str, Any]) -> None:
    """Drop components that no published operation reaches."""
    everything = schema["components"]["schemas"]
    used: set[str] = {"Problem"}
    waiting = [schema["paths"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and (name := reference.rpartition("/")[2]) not in used:
                used.add(name)
                waiting.append(everything[name])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    schema["components"]["schemas"] = {name: everything[name] for name in sorted(used)}
