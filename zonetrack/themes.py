"""The look of pages that a person chose."""

THEMES = ("light", "dark")


def theme_of(request) -> str:
    """The look that was chosen; empty where it follows the device."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""
