from django.urls import path

from . import views

urlpatterns = [
    path("published-figures/", views.published_list, name="published-list"),
    path("published-figures/<int:pk>/", views.published, name="published"),
]
