"""Shapes of what is sent, as JSON Schema; `values` writes what they describe."""

from typing import Any

from django.db import models
from django.db.models import Model

from .values import shown_fields

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "null"]}
SURE_TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": ["number", "null"]}
WHOLE: Schema = {"type": ["integer", "null"]}
SURE_WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
ADDRESS: Schema = {"type": "string", "format": "uri-reference"}
OPTIONAL_ADDRESS: Schema = {"type": ["string", "null"], "format": "uri-reference"}
ANY_VALUE: Schema = {"type": ["string", "number", "boolean", "null"]}


def obj(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """An object with these properties, all of them there but the optional ones, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def by_name(value: Schema) -> Schema:
    """An object whose names are not known beforehand."""
    return {"type": "object", "additionalProperties": value}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def ref_or_null(name: str) -> Schema:
    return {"anyOf": [ref(name), {"type": "null"}]}


REFERENCE = obj(
    {
        "id": {"type": ["integer", "string"]},
        "key": SURE_TEXT,
        "name_en": TEXT,
        "name_zh": TEXT,
    },
    optional=("key", "name_en", "name_zh"),
)


# Rows of models


def of_model(model: type[Model], *, without: tuple[str, ...] = ()) -> Schema:
    """What `values.fields_of` writes of a row."""
    properties: dict[str, Schema] = {}
    for field in shown_fields(model, without):
        properties[field.name] = {
            **of_field(field),
            "description": str(field.verbose_name),
        }
        if field.choices:
            properties[f"{field.name}_text"] = TEXT
    return obj(properties)


def of_field(field) -> Schema:
    if field.is_relation:
        return ref_or_null("Reference") if field.null else ref("Reference")
    if isinstance(field, models.BooleanField):
        return TRUTH
    if isinstance(field, models.DateTimeField):
        return {"type": ["string", "null"] if field.null else "string", "format": "date-time"}
    if isinstance(field, models.DateField):
        return {"type": ["string", "null"] if field.null else "string", "format": "date"}
    if isinstance(field, models.DecimalField):
        return NUMBER if field.null else {"type": "number"}
    if isinstance(field, models.IntegerField):
        return WHOLE if field.null else SURE_WHOLE
    return TEXT
