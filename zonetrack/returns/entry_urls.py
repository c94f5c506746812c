"""Pages of the yearly work, inside the admin site: /admin/yearly/…"""

from django.contrib import admin
from django.urls import path

from . import board, checks_page, entry_form, entry_table, years_page
from .entry_answers import for_script


def inside(view):
    return admin.site.admin_view(for_script(view))


urlpatterns = [
    path("", inside(years_page.years), name="years-of-entry"),
    path("calendar/", inside(years_page.calendar_key), name="calendar-key"),
    path("return/<int:pk>/", inside(entry_form.edit), name="entry-form"),
    path("enterprise/<int:pk>/<int:year>/", inside(entry_form.begin), name="entry-begin"),
    path("<slug:zone>/add/", inside(years_page.add), name="add-year"),
    path("<slug:zone>/<int:year>/", inside(entry_table.show), name="entry-table"),
    path("<slug:zone>/<int:year>/open/", inside(years_page.open_year), name="open-year"),
    path("<slug:zone>/<int:year>/close/", inside(years_page.close), name="close-year"),
    path("<slug:zone>/<int:year>/reopen/", inside(years_page.reopen), name="reopen-year"),
    path("<slug:zone>/<int:year>/board/", inside(board.board), name="board"),
    path("<slug:zone>/<int:year>/checks/", inside(checks_page.checks), name="checks"),
]
