"""Filters of lists: explicit labels, only choices in scope, and nothing that a query can break.

What cannot be used is left out and named; it is never an error page.
"""

import unicodedata
from collections import defaultdict

import django_filters
from django import forms
from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from enterprises.models import Park, Zone, ZonePark
from zonetrack import punctuation
from zonetrack.access.scope import Scope
from zonetrack.records import FIRST_YEAR, LAST_YEAR

MOST_OPTIONS = 200
MOST_TICKS = 8
MOST_LOOKED_UP = 500
LONGEST_TEXT = 100
LARGEST_KEY = 2**63 - 1
SELECTED = mark_safe(" selected")


def fold(text: str) -> str:
    """Full-width letters and digits as half-width ones, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def spellings(text: str) -> set[str]:
    """How a text may stand in the database: as typed, folded, and with full-width brackets."""
    folded = fold(text)
    return {text.strip(), folded, folded.translate(str.maketrans("(),:;", "（），：；"))} - {""}


def containing(paths, text: str) -> Q:
    """Any of the columns contains the text, however its signs are spelled."""
    found = Q()
    for path in paths:
        for spelling in spellings(text):
            found |= Q(**{f"{path}__icontains": spelling})
    return found


def found_anywhere(model: type[Model], paths, text: str) -> QuerySet:
    """Keys of the rows that contain the text, themselves or in what the paths lead to.

    Each table is searched by itself, by its own index where there is one.
    """
    rows, own, others = model._default_manager.order_by(), [], defaultdict(list)
    for first, _separator, rest in (path.partition("__") for path in paths):
        if rest:
            others[first].append(rest)
        else:
            own.append(first)
    found = [rows.filter(containing(own, text)).values_list("pk", flat=True)] if own else []
    for step, further in others.items():
        relation = model._meta.get_field(step)
        there = found_anywhere(relation.related_model, further, text)
        if relation.one_to_many:
            there = relation.related_model._default_manager.order_by().filter(pk__in=there)
            found.append(there.values_list(relation.field.name, flat=True))
        else:
            found.append(rows.filter(**{f"{step}__in": there}).values_list("pk", flat=True))
    return found[0].union(*found[1:]) if len(found) > 1 else found[0]


def looked_up(keys: QuerySet) -> list | QuerySet:
    """The keys themselves where they are few, else the question.

    A list asks its conditions twice, to count and for its page; and a database that is told the
    keys need not guess how many they are.
    """
    found = list(keys[: MOST_LOOKED_UP + 1])
    return found if len(found) <= MOST_LOOKED_UP else keys


class OneOrMore(forms.Select):
    """Shown as one choice; an address may still name several."""

    def render(self, name, value, attrs=None, renderer=None):
        """Django's own way takes a template for each of up to 200 options."""
        chosen = {str(one) for one in self.format_value(value)}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", words) for key, words in self.choices),
        )
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name} | (attrs or {})))
        return format_html("<select{}>{}</select>", attributes, options)

    def value_from_datadict(self, data, files, name):
        return data.getlist(name)

    def format_value(self, value):
        return [str(one) for one in value or [""]]


class Search(django_filters.CharFilter):
    """`paths`: columns of the row or of what it points at; `many`: of what points at it."""

    def __init__(self, *paths, many=(), label=_("Name or number")):
        super().__init__(label=label, max_length=LONGEST_TEXT, widget=forms.SearchInput)
        self.paths, self.many = paths, many

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        if not value:
            return rows
        scope, all_rows = self.parent.scope, rows.model._default_manager.order_by()
        if scope.everything or connections[rows.db].vendor == "postgresql":
            found = found_anywhere(rows.model, [*self.paths, *self.many], value)
            return rows.filter(pk__in=looked_up(found))
        # SQLite has no index for searches, but finds a few zones' rows first and looks only there.
        found = containing(self.paths, value)
        for path in self.many:
            others = scope.limit(all_rows.filter(containing([path], value)))
            found |= Q(pk__in=others.values("pk"))
        return rows.filter(found)

    def words(self, value) -> list[tuple[str, str]]:
        return [("", f"“{value}”")]


class YearIs(django_filters.Filter):
    """`lookup_expr` may be gte or lte, for the first and last year of a range."""

    field_class = forms.IntegerField

    def __init__(self, path, label, lookup_expr="exact", **more):
        super().__init__(
            path, lookup_expr, label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR, **more
        )

    def words(self, value):
        return [("", str(value))]


class Choices(django_filters.Filter):
    """One or more of some values: ticks where they are few, else a choice from a list.

    `choices` is a list of pairs, or a function of the scope that returns one.
    """

    field_class = forms.MultipleChoiceField

    def __init__(self, path, label, choices=(), empty=_("All")):
        super().__init__(path, label=label)
        self.choices, self.empty = choices, empty

    def offer(self, scope: Scope) -> None:
        found = self.choices(scope) if callable(self.choices) else self.choices
        choices = [(str(key), words) for key, words in found]
        self.names = dict(choices)
        few = len(choices) <= MOST_TICKS
        self._field = forms.MultipleChoiceField(
            label=self.label,
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple if few else OneOrMore,
        )
        if not few:
            self._field.widget.choices = [("", self.empty), *choices]

    def filter(self, rows, value):
        return rows.filter(**{f"{self.field_name}__in": value}) if value else rows

    def words(self, value):
        return [(one, str(self.names.get(one, one))) for one in value]


class States(Choices):
    """Choices each of which is a condition: `conditions(today)` returns key → Q."""

    def __init__(self, label, choices, conditions):
        super().__init__("pk", label, choices)
        self.conditions = conditions

    def filter(self, rows, value):
        if not value:
            return rows
        wanted = Q()
        for key in value:
            wanted |= self.conditions(self.parent.today)[key]
        return rows.filter(wanted)


class Records(Choices):
    """Rows of a list of choices by primary key; a text to search in their names beyond 200."""

    def __init__(self, path, label, model: type[Model]):
        super().__init__(path, label)
        self.rows_of = model

    def offer(self, scope):
        rows = list(scope.limit(self.rows_of._default_manager.all())[: MOST_OPTIONS + 1])
        if len(rows) > MOST_OPTIONS:
            self.names = None
            self._field = text_field(self.label)
        else:
            self.choices = [(row.pk, str(row)) for row in rows]
            super().offer(scope)

    def filter(self, rows, value):
        if not value or self.names is not None:
            return super().filter(rows, value)
        names = containing(["name_en", "name_zh"], value)
        return rows.filter(
            **{f"{self.field_name}__in": self.rows_of._default_manager.filter(names)}
        )

    def words(self, value):
        return [("", f"“{value}”")] if self.names is None else super().words(value)


class Places(Choices):
    """Zones or parks by their keys; a text to search in names beyond 200."""

    def offer(self, scope):
        self.scope = scope
        many = self.are_many(scope)
        self.places = [] if many else self.in_scope(scope)
        if many:
            self.names = None
            self._field = text_field(self.label)
        else:
            self.choices = [(place.key, self.title(place)) for place in self.places]
            super().offer(scope)

    def are_many(self, scope) -> bool:
        """Counted by keys first: 200 rows that nobody is shown would cost more than the page."""
        if not scope.everything:
            return len(self.in_scope(scope)) > MOST_OPTIONS
        keys = self.rows_of.objects.order_by().values_list("pk", flat=True)
        return len(keys[: MOST_OPTIONS + 1]) > MOST_OPTIONS

    def title(self, place):
        return place.name

    def filter(self, rows, value):
        if not value:
            return rows
        if self.names is None:
            named = Q(key=value.lower()) | containing(["name_en", "name_zh"], value)
            named = self.scope.limit(self.rows_of.objects.filter(named))
            chosen = looked_up(named.order_by().values_list("pk", flat=True))
        else:
            chosen = [place.pk for place in self.places if place.key in value]
        return self.of_places(rows, chosen)

    def words(self, value):
        return [("", f"“{value}”")] if self.names is None else super().words(value)


class Parks(Places):
    rows_of = Park

    def __init__(self, label=_("Park")):
        super().__init__("park", label)

    def in_scope(self, scope):
        if scope.everything:
            self.several_zones = scope.several_zones
            return list(Park.objects.select_related("home_zone")[: MOST_OPTIONS + 1])
        self.several_zones = len(scope.zones) > 1
        self.zones = {link.park_id: link.zone for link in reversed(scope.links)}
        return list({link.park_id: link.park for link in scope.links}.values())

    def title(self, park):
        """“Park not stated” says of which zone where there are several."""
        if not (park.is_unstated and self.several_zones):
            return park.name
        zone = park.home_zone if self.scope.everything else self.zones[park.pk]
        return f"{park.name}{punctuation.brackets(zone.name)}"

    def of_places(self, rows, chosen):
        return in_parks(rows, chosen)


class Zones(Places):
    rows_of = Zone

    def __init__(self, label=_("Zone")):
        super().__init__("zone", label)

    def in_scope(self, scope):
        return scope.zones

    def of_places(self, rows, chosen):
        """Of the zones' parks, whenever they were part of it; and of the zones themselves."""
        parks = ZonePark.objects.filter(zone__in=chosen).values("park")
        if rows.model.scope_path == "zone_or_park":
            return rows.filter(Q(zone__in=chosen) | Q(park__in=parks))
        return in_parks(rows, parks)


class Indicators(Choices):
    """By indicator, given as the tuple of all of them."""

    def __init__(self, indicators):
        super().__init__("indicator", _("Indicator"), [(one.key, one.name) for one in indicators])


class EnterpriseIs(django_filters.Filter):
    """Rows of one enterprise, by its number in addresses. Not offered, only linked to."""

    field_class = forms.IntegerField

    def __init__(self, path="enterprise"):
        super().__init__(
            path,
            label=_("Enterprise"),
            min_value=1,
            max_value=LARGEST_KEY,
            widget=forms.HiddenInput,
        )

    def filter(self, rows, value):
        if value is None:
            return rows
        same = rows.model._default_manager.filter(**{self.field_name: value})
        return rows.filter(pk__in=same.values("pk"))

    def words(self, value):
        return [("", f"№ {value}")]


class Tick(django_filters.Filter):
    """A condition that holds or is not asked for: `1` in the address."""

    field_class = forms.MultipleChoiceField

    def __init__(self, label, condition):
        super().__init__("pk", label=label)
        self.condition = condition

    def offer(self, scope):
        self._field = forms.MultipleChoiceField(
            label="",
            choices=[("1", self.label)],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def filter(self, rows, value):
        return rows.filter(self.condition(self.parent.today)) if value else rows

    def words(self, value):
        return [("1", "")]


class Filters(django_filters.FilterSet):
    """Base of every list's filters. `today` is for conditions that depend on the day."""

    def __init__(self, data, rows: QuerySet, *, scope: Scope, today):
        self.scope, self.today = scope, today
        super().__init__(data, rows)
        for one in self.filters.values():
            if hasattr(one, "offer"):
                one.offer(scope)

    def refused(self) -> list[str]:
        """Names of filters whose value cannot be used."""
        return [name for name in self.form.errors if name in self.filters]


def in_parks(rows: QuerySet, parks) -> QuerySet:
    """Rows that belong to the parks, whatever path leads from them to their park."""
    path = rows.model.scope_path
    if path == "zone_or_park":
        return rows.filter(park__in=parks)
    if "locations" not in path:
        return rows.filter(**{f"{path}__in": parks})
    own = rows.model._default_manager.filter(**{f"{path}__in": parks})
    return rows.filter(pk__in=own.values("pk"))


def text_field(label):
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=False, widget=forms.SearchInput
    )
