"""Whether a value is as a JSON Schema says: the part of the schema language that the API uses."""

KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}
UNDERSTOOD = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "anyOf",
    "format", "description", "pattern", "minimum", "maximum", "maxLength", "default",
}  # fmt: skip


def mistakes(value, schema, schemas, path="") -> list[str]:
    """Sentences about what is otherwise; empty where all is as it should be."""
    unknown = set(schema) - UNDERSTOOD
    if unknown:
        return [f"{path}: the checker does not understand {unknown}"]
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return mistakes(value, schemas[name], schemas, path)
    if "anyOf" in schema:
        tried = [mistakes(value, each, schemas, path) for each in schema["anyOf"]]
        return [] if any(not found for found in tried) else tried[0]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: {value!r} is none of {schema['enum']}"]
    if "type" in schema and not any(is_a(value, kind) for kind in kinds_of(schema)):
        return [f"{path}: {value!r} is no {schema['type']}"]
    if isinstance(value, dict):
        return in_object(value, schema, schemas, path)
    if isinstance(value, list):
        return [
            said
            for at, one in enumerate(value)
            for said in mistakes(one, schema.get("items", {}), schemas, f"{path}/{at}")
        ]
    return []


def in_object(value, schema, schemas, path):
    properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [
        f"{path}: {name} is missing" for name in schema.get("required", ()) if name not in value
    ]
    for name, one in value.items():
        if name in properties:
            found += mistakes(one, properties[name], schemas, f"{path}/{name}")
        elif more is False:
            found.append(f"{path}: {name} is not described")
        elif isinstance(more, dict):
            found += mistakes(one, more, schemas, f"{path}/{name}")
    return found


def kinds_of(schema):
    kinds = schema["type"]
    return [kinds] if isinstance(kinds, str) else kinds


def is_a(value, kind):
    if kind in ("number", "integer"):
        allowed = int | float if kind == "number" else int
        return isinstance(value, allowed) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])
