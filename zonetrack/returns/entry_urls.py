"""Pages of the yearly work, inside the admin site: /admin/yearly/…"""

from django.contrib import admin
from django.urls import path

from . import entry_form

inside = admin.site.admin_view

urlpatterns = [
    path("return/<int:pk>/", inside(entry_form.edit), name="entry-form"),
    path("enterprise/<int:pk>/<int:year>/", inside(entry_form.begin), name="entry-begin"),
]
