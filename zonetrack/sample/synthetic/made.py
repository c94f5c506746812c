"""Rows of generated zones, of which so many are made that a model's constructor takes long."""

from django.db import models

from zonetrack import bulk


def made(model: type[models.Model], **fields) -> models.Model:
    """A new row like `model(**fields)`; a field may be another row that has no key yet."""
    row = bulk.record(model)
    for name, value in fields.items():
        if isinstance(value, models.Model):
            row._state.fields_cache[name] = value
            row.__dict__[f"{name}_id"] = value.pk
        else:
            row.__dict__[name] = value
    return row
