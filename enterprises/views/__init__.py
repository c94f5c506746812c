from .enterprise import enterprise
from .enterprises import enterprise_list
from .titles import title, title_list

__all__ = ["enterprise", "enterprise_list", "title", "title_list"]
