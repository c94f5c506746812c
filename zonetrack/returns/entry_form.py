"""The form in which staff enter the yearly figures of one enterprise."""

from django.http import Http404


def edit(request, pk):
    raise Http404


def begin(request, pk, year):
    raise Http404
