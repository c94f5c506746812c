"""Pages of imports, inside the admin site: /admin/import/…"""

from django.contrib import admin
from django.urls import path

from . import pages


def inside(view):
    return admin.site.admin_view(view)


urlpatterns = [
    path("", inside(pages.imports), name="import-list"),
    path("new/<slug:register>/", inside(pages.new), name="import-new"),
    path("template/<slug:register>/", inside(pages.template), name="import-template"),
    path("<int:pk>/", inside(pages.one), name="import"),
    path("<int:pk>/columns/", inside(pages.columns), name="import-columns"),
    path("<int:pk>/confirm/", inside(pages.confirm), name="import-confirm"),
    path("<int:pk>/undo/", inside(pages.undo), name="import-undo"),
    path("<int:pk>/file/", inside(pages.file), name="import-file"),
    path("<int:pk>/errors/", inside(pages.annotated), name="import-errors"),
]
