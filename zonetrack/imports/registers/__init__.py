"""The registers into which files are read, in the order in which they are offered."""

from .base import Register
from .centers import Centers
from .cooperation import Achievements, Cooperations
from .enterprises import Enterprises
from .patents import Patents
from .projects import Applications, Projects
from .titles import Titles
from .yearly import Yearly

ALL: tuple[Register, ...] = (
    Yearly(),
    Enterprises(),
    Titles(),
    Centers(),
    Patents(),
    Projects(),
    Applications(),
    Cooperations(),
    Achievements(),
)
BY_KEY: dict[str, Register] = {register.key: register for register in ALL}

__all__ = ["ALL", "BY_KEY", "Register"]
