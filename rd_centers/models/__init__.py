from .center import Center, CenterHost, CenterKind, CenterPartner
from .life import Recognition, StageEvent

__all__ = [
    "Center",
    "CenterHost",
    "CenterKind",
    "CenterPartner",
    "Recognition",
    "StageEvent",
]
