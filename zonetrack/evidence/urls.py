from django.urls import path

from . import views

urlpatterns = [path("evidence/<int:pk>/", views.evidence, name="evidence")]
