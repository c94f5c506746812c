"""What every model of the product has."""

import pytest
from django.apps import apps
from django.db import models

OWN = (
    "access", "years", "enterprises", "rd_centers", "patents", "projects", "published", "targets",
    "evidence",
)  # fmt: skip
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in OWN and not model.__name__.startswith("Historical")
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_speaks_of_itself_in_words(model):
    assert "verbose_name" in model._meta.original_attrs
    assert "verbose_name_plural" in model._meta.original_attrs
    assert model.__str__ is not models.Model.__str__


@pytest.mark.parametrize("model", [each for each in MODELS if each.__name__ != "User"])
def test_a_model_has_a_page(model):
    assert callable(getattr(model, "get_absolute_url", None))
