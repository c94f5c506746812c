"""The address of a page, and of the same as data: its own behind /api/v1/."""

from django.urls import get_script_prefix, reverse


def beside(page: str) -> str:
    """The address that answers with the data of a page or list, by the page's address."""
    return reverse("api-start") + page.removeprefix(get_script_prefix())
