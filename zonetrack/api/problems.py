"""Refusals as problem objects (RFC 9457), in the reader's language."""

import json
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext as _

READING = ("GET", "HEAD", "OPTIONS")
SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


class Refused(Exception):
    """A request that is not answered, with its status."""

    def __init__(self, status: HTTPStatus, detail: str = ""):
        super().__init__(status, detail)
        self.status, self.detail = status, detail


def problem(status: int, detail: str = "") -> HttpResponse:
    """`detail`: a sentence; the usual one of the status without it."""
    status = HTTPStatus(status)
    title, usual = words(status)
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail or usual}
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="ZoneTrack"'
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = ", ".join(READING)
    return response


def words(status: HTTPStatus) -> tuple[str, str]:
    return {
        HTTPStatus.BAD_REQUEST: (
            _("The request cannot be read"),
            _("The address has too many parameters, or something in it cannot be read."),
        ),
        HTTPStatus.UNAUTHORIZED: (
            _("Not signed in"),
            _("Sign in, or send a token that is valid: it may be unknown, expired or revoked."),
        ),
        HTTPStatus.FORBIDDEN: (_("Not allowed"), _("Your role does not include this.")),
        HTTPStatus.NOT_FOUND: (
            _("Not found"),
            _("There is nothing at this address, or your role does not include it."),
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            _("Only reading"),
            _("Programs only read here: use GET or HEAD."),
        ),
    }[status]
