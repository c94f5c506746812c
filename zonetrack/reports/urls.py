from django.urls import path

from . import edition_urls, single_pages, views

urlpatterns = [
    *edition_urls.urlpatterns,
    path("reports/", views.report_list, name="report-list"),
    path("reports/sheets/<int:pk>/", single_pages.enterprise_sheet, name="enterprise-sheet"),
    path("reports/<slug:zone>/", views.report, name="report"),
    path("reports/<slug:zone>/parks/<slug:park>/", single_pages.park_report, name="park-report"),
]
