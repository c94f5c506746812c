"""Pages about enterprises entered twice, inside the admin site: /admin/duplicates/…"""

from django.contrib import admin
from django.urls import path

from . import listed, merging_pages

inside = admin.site.admin_view

urlpatterns = [
    path("", inside(listed.duplicates), name="duplicates"),
    path("not-the-same/", inside(listed.not_the_same), name="not-the-same"),
    path("not-the-same/<int:pk>/", inside(listed.maybe_the_same), name="maybe-the-same"),
    path("<int:kept>/<int:gone>/", inside(merging_pages.merge), name="merge"),
    path("done/<int:pk>/", inside(merging_pages.done), name="merge-done"),
    path("done/<int:pk>/undo/", inside(merging_pages.undo), name="merge-undo"),
]
