"""The OpenAPI document of the API, made from its table; `manage.py openapi` writes it."""

import json
import re
from http import HTTPStatus

from django.utils import translation

from .problems import words
from .schemas import SURE_TEXT, Schema, ref
from .shapes import Parameter, components
from .table import ENDPOINTS, VERSION, Endpoint

FILE = "docs/openapi.json"
ROUTE_PART = re.compile(r"<(\w+):(\w+)>")
OF_CONVERTER: dict[str, Schema] = {
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    "int": {"type": "integer", "minimum": 0},
}
ABOUT = """Read-only. The address of a page behind /api/v1/ answers with its data: the same \
filters, the same scope. Numbers are exact, null is “not reported”, days are ISO 8601; a date of \
which only the year is known is that year. Texts are in the language of Accept-Language (en, zh), \
names of records in both. What cannot be used of a query string is left out and named in \
`remarks`. Years in the descriptions of columns are examples."""


def document() -> dict:
    """In English, whatever language the reader has."""
    with translation.override("en"):
        return {
            "openapi": "3.1.0",
            "info": {"title": "ZoneTrack", "version": VERSION, "description": ABOUT},
            "servers": [{"url": "/api/v1"}],
            "security": [{"token": []}, {"session": []}],
            "paths": {path_of(each): {"get": operation(each)} for each in ENDPOINTS},
            "components": {
                "schemas": components(),
                "headers": {"ETag": {"schema": SURE_TEXT}},
                "responses": refusals(),
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
                },
            },
        }


def text() -> str:
    """As it stands in the file."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def path_of(endpoint: Endpoint) -> str:
    return "/" + ROUTE_PART.sub(r"{\2}", endpoint.path)


def operation(endpoint: Endpoint) -> dict:
    content = {"application/json": {"schema": endpoint.shape()}}
    return {
        "operationId": endpoint.name.removeprefix("api-"),
        "summary": str(endpoint.title),
        "parameters": [
            *(in_path(kind, name) for kind, name in ROUTE_PART.findall(endpoint.path)),
            *(in_query(one) for one in endpoint.asked),
            {"name": "If-None-Match", "in": "header", "schema": SURE_TEXT},
        ],
        "responses": {
            "200": {
                "description": str(endpoint.title),
                "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
                "content": content,
            },
            "304": {"description": "Nothing has changed since the ETag was sent"},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in REFUSED},
        },
    }


def in_path(kind: str, name: str) -> dict:
    return {"name": name, "in": "path", "required": True, "schema": OF_CONVERTER[kind]}


def in_query(one: Parameter) -> dict:
    return {
        "name": one.name,
        "in": "query",
        "description": str(one.words),
        "schema": one.schema,
    }


REFUSED = (400, 401, 403, 404, 405)


def refusals() -> dict[str, dict]:
    content = {"application/problem+json": {"schema": ref("Problem")}}
    return {
        str(status): {"description": words(HTTPStatus(status))[0], "content": content}
        for status in REFUSED
    }
