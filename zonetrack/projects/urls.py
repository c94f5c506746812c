from django.urls import path

from . import views

urlpatterns = [
    path("projects/", views.project_list, name="project-list"),
    path("projects/<int:pk>/", views.project, name="project"),
    path("programs/", views.program_list, name="program-list"),
    path("programs/<int:pk>/", views.program, name="program"),
    path("applications/", views.application_list, name="application-list"),
    path("cooperation/", views.cooperation_list, name="cooperation-list"),
    path("cooperation/<int:pk>/", views.cooperation, name="cooperation"),
    path("achievements/", views.achievement_list, name="achievement-list"),
    path("achievements/<int:pk>/", views.achievement, name="achievement"),
]
