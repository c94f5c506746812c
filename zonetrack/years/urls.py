from django.urls import path

from . import views

urlpatterns = [
    path("calendar/<str:key>.ics", views.feed, name="calendar-feed"),
]
