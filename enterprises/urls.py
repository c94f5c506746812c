from django.urls import path

from . import views

urlpatterns = [
    path("enterprises/", views.enterprise_list, name="enterprise-list"),
    path("enterprises/<int:pk>/", views.enterprise, name="enterprise"),
    path("titles/", views.title_list, name="title-list"),
    path("titles/<int:pk>/", views.title, name="title"),
]
