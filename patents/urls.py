from django.urls import path

from . import views

urlpatterns = [
    path("patents/", views.patent_list, name="patent-list"),
    path("patents/<int:pk>/", views.patent, name="patent"),
]
