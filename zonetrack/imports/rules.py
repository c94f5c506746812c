"""Rules of the database, looked at before anything is stored: in few queries for many records.

Django's own `validate_constraints` asks the database for each rule of each record.
"""

import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint
from django.utils.translation import gettext as _

LOOKUPS = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
Broken = tuple[Model, Iterable[str], str]  # the record, the columns concerned, the sentence


def broken(records: list[Model], removed: Iterable[Model] = ()) -> Iterator[Broken]:
    """What the records would break if they were stored and the others `removed`."""
    by_model = defaultdict(dict)
    for record in records:
        by_model[type(record)][id(record)] = record
    for model, found in by_model.items():
        gone = {one.pk for one in removed if isinstance(one, model)}
        for rule in rules_of(model):
            if isinstance(rule, CheckConstraint):
                yield from contradictions(rule, found.values())
            else:
                yield from repeated(rule, list(found.values()), gone)


def rules_of(model: type[Model]) -> list[CheckConstraint | UniqueConstraint]:
    unique = [field.name for field in model._meta.fields if field.unique and not field.primary_key]
    return [
        *model._meta.constraints,
        *(UniqueConstraint(fields=[name], name=f"{name}_once") for name in unique),
    ]


def contradictions(rule: CheckConstraint, records: Iterable[Model]) -> Iterator[Broken]:
    for record in records:
        if truth(rule.condition, record) is False:
            yield record, columns_in(rule.condition), sentence_of(rule)


def repeated(rule: UniqueConstraint, records: list[Model], gone: set) -> Iterator[Broken]:
    """Records that are there already, in the database or before them in the list."""
    keys = [(key, record) for record in records if (key := key_of(rule, record))]
    if not keys:
        return
    model = type(records[0])
    within = {
        f"{name}__in": set(values)
        for name, *values in zip(rule.fields, *(key for key, _record in keys), strict=True)
    }
    # Values of records that have no key yet are in none that is stored.
    for name, values in within.items():
        within[name] = {value for value in values if not isinstance(value, New)}
    own = gone | {record.pk for record in records}
    stored = model._base_manager.filter(rule.condition or Q(), **within).order_by()
    rows = stored.values_list("pk", *rule.fields)
    seen = {tuple(key) for pk, *key in rows if pk not in own}
    for key, record in keys:
        if key in seen:
            yield record, rule.fields, sentence_of(rule)
        seen.add(key)


class New(int):
    """Stands for a record that has no key yet."""


def key_of(rule: UniqueConstraint, record: Model) -> tuple | None:
    """None where the rule does not hold for the record, as one of its values is missing."""
    if rule.condition is not None and truth(rule.condition, record) is not True:
        return None
    key = tuple(value_of(record, name) for name in rule.fields)
    return None if None in key else key


def value_of(record: Model, name: str):
    field = record._meta.get_field(name)
    value = record.__dict__[field.attname]
    if value is None and field.is_relation and field.is_cached(record):
        other = getattr(record, name)
        return None if other is None else other.pk or New(id(other))
    return value


def truth(condition: Q, record: Model) -> bool | None:
    """As the database sees it: None where it depends on a value that is missing."""
    found = [
        truth(child, record) if isinstance(child, Q) else compared(*child, record)
        for child in condition.children
    ]
    if condition.connector == Q.XOR:
        result = None if None in found else sum(found) % 2 == 1
    else:
        decides = condition.connector == Q.OR
        result = decides if decides in found else None if None in found else not decides
    return result if result is None or not condition.negated else not result


def compared(name: str, wanted, record: Model) -> bool | None:
    name, _sign, lookup = name.partition("__")
    value = value_of(record, name)
    if lookup == "isnull":
        return (value is None) == wanted
    if isinstance(wanted, F):
        wanted = value_of(record, wanted.name)
    return None if value is None or wanted is None else LOOKUPS[lookup or "exact"](value, wanted)


def columns_in(condition: Q) -> list[str]:
    names = []
    for child in condition.children:
        names += columns_in(child) if isinstance(child, Q) else [child[0].partition("__")[0]]
    return names


def sentence_of(rule: CheckConstraint | UniqueConstraint) -> str:
    if rule.violation_error_message == rule.default_violation_error_message:
        return _("A record like this already exists, or the values contradict each other.")
    return str(rule.violation_error_message)
