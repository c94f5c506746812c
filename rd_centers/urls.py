from django.urls import path

from . import views

urlpatterns = [
    path("rd-centers/", views.center_list, name="center-list"),
    path("rd-centers/<int:pk>/", views.center, name="center"),
]
