"""Addresses of editions and of officials’ own texts."""

from django.urls import path

from . import edition_pages, own_text_pages

urlpatterns = [
    path("reports/<slug:zone>/publish/", edition_pages.publishing, name="publish"),
    path("reports/<slug:zone>/texts/", own_text_pages.own_texts, name="own-texts"),
    path("reports/editions/<int:pk>/", edition_pages.edition, name="edition"),
    path(
        "reports/editions/<int:pk>/differences/",
        edition_pages.edition_differences,
        name="edition-differences",
    ),
    path(
        "reports/editions/<int:pk>/files/<str:language>/<slug:key>/",
        edition_pages.edition_file,
        name="edition-file",
    ),
]
