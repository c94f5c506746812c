"""How every address of the API is answered: who asks, in which form, and what is refused."""

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from . import tokens
from .problems import READING, Refused, problem

VARY = ("Cookie", "Authorization", "Accept-Language")


def answered(answer: Callable[..., dict]):
    """A view that only reads. It asks for the sign-in itself, since a token is none.

    `answer(request, **keys)` returns what is sent as JSON, or raises Http404 or PermissionDenied.
    """

    @csrf_exempt
    @login_not_required
    def view(request, **keys):
        response = respond(request, answer, keys)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, VARY)
        return response

    return view


def respond(request, answer, keys) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(READING)})
    if request.method not in READING:
        return problem(HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        know_reader(request)
        return as_json(request, answer(request, **keys))
    except Refused as refused:
        return problem(refused.status, refused.detail)
    except Http404:
        return problem(HTTPStatus.NOT_FOUND)
    except PermissionDenied:
        return problem(HTTPStatus.FORBIDDEN)
    except SuspiciousOperation:
        return problem(HTTPStatus.BAD_REQUEST)


def know_reader(request) -> None:
    """The owner of the token that is sent; else whoever is signed in. Never both."""
    scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        now = timezone.now()
        token = tokens.find(text.strip(), at=now)
        if token is None:
            raise Refused(HTTPStatus.UNAUTHORIZED)
        tokens.note_use(token, at=now)
        request.user = token.user
    elif not request.user.is_authenticated:
        raise Refused(HTTPStatus.UNAUTHORIZED)
    if request.user.must_change_password:
        raise Refused(
            HTTPStatus.FORBIDDEN,
            _("Your password was chosen by somebody else. Sign in and choose your own first."),
        )


def as_json(request, content: dict) -> HttpResponse:
    """The content with its ETag; 304 without a body for whoever has it already."""
    body = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, allow_nan=False)
    sent = body.encode("utf-8", "replace")
    etag = f'"{hashlib.sha256(sent).hexdigest()}"'
    response = HttpResponse(sent, content_type="application/json")
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)
