from django.urls import path

from . import views

urlpatterns = [
    path("returns/", views.return_list, name="return-list"),
    path("returns/<int:pk>/", views.yearly_return, name="return"),
]
