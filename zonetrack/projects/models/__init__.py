from .cooperation import Achievement, Cooperation, CooperationPartner
from .programs import Application, Program, ProgramCategory
from .project import Milestone, Project

__all__ = [
    "Achievement",
    "Application",
    "Cooperation",
    "CooperationPartner",
    "Milestone",
    "Program",
    "ProgramCategory",
    "Project",
]
