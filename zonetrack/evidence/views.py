"""Handing out one file to whoever may see the record it is evidence of."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from zonetrack.access.scope import request_scope
from zonetrack.files.kinds import CONTENT_TYPES

from .models import Attachment


@require_safe
def evidence(request, pk):
    """Always saved, never shown by the browser, so that nothing in a file acts on this site."""
    file = request_scope(request).get_or_404(Attachment.objects.select_related("file"), pk=pk).file
    return HttpResponse(
        bytes(file.content),
        content_type=CONTENT_TYPES.get(file.kind, "application/octet-stream"),
        headers={
            "Content-Disposition": content_disposition_header(True, file.name),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )
