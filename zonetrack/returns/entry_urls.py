"""Pages of the yearly work, inside the admin site: /admin/yearly/…"""

from django.contrib import admin
from django.urls import path

from . import entry_form
from .entry_answers import for_script


def inside(view):
    return admin.site.admin_view(for_script(view))


urlpatterns = [
    path("return/<int:pk>/", inside(entry_form.edit), name="entry-form"),
    path("enterprise/<int:pk>/<int:year>/", inside(entry_form.begin), name="entry-begin"),
]
