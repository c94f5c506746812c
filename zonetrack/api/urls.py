from django.urls import path, re_path

from . import pages
from .answering import answered
from .table import ENDPOINTS

urlpatterns = [
    path("account/tokens/", pages.tokens_page, name="tokens"),
    path("api/", pages.about, name="api"),
    path("api/v1/", answered(pages.start), name="api-start"),
    path("api/v1/openapi.json", answered(pages.openapi_file), name="api-openapi"),
    *[path(f"api/v1/{one.path}", answered(one.answer), name=one.name) for one in ENDPOINTS],
    re_path(r"^api/v1/(?P<rest>.*)$", answered(pages.nothing), name="api-nothing"),
]
