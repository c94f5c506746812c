from .achievements import achievement, achievement_list
from .cooperation import cooperation, cooperation_list
from .programs import application_list, program, program_list
from .projects import project, project_list

__all__ = [
    "achievement",
    "achievement_list",
    "application_list",
    "cooperation",
    "cooperation_list",
    "program",
    "program_list",
    "project",
    "project_list",
]
