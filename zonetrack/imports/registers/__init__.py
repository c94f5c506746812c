"""The registers into which files are read, in the order in which they are offered."""

from .base import Register
from .enterprises import Enterprises
from .yearly import Yearly

ALL: tuple[Register, ...] = (Yearly(), Enterprises())
BY_KEY: dict[str, Register] = {register.key: register for register in ALL}

__all__ = ["ALL", "BY_KEY", "Register"]
