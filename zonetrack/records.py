"""What every kept record has in common: a version, a history, two names, dated facts.

A dated fact is a year, which is always known, and a day, which often is not. Counting reads
the year; the day is shown where somebody has entered it.
"""

from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from zonetrack.channels import Trace

FIRST_YEAR, LAST_YEAR = 1949, 2199


class Histories(HistoryManager):
    """The package makes this class anew with every look at a history, which takes milliseconds."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class Record(models.Model):
    """A row that people edit. `version` grows by one with every change (see `writing.save`)."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    history = HistoricalRecords(inherit=True, bases=[Trace], history_manager=Histories)

    # Path from the row to the park it belongs to; None where everybody signed in may see it.
    scope_path: str | None = None
    # Year columns whose change alters what is counted in just that year.
    dated: tuple[str, ...] = ()
    # Year columns of what has happened, which cannot lie ahead; plans and terms may.
    happened: tuple[str, ...] = ()
    # Other columns whose change alters every year in which the row counts.
    counted: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def counted_park_ids(self) -> set[int]:
        """The parks whose figures this row is part of."""
        row = self
        *steps, last = (self.scope_path or "").split("__")
        for step in steps:
            row = getattr(row, step)
        park_id = getattr(row, f"{last}_id", None) if last else None
        return {park_id} if park_id else set()

    def counted_years(self) -> set[int]:
        """The years in which one of the row's dates lies."""
        return {year for name in self.dated if (year := getattr(self, name))}

    def is_draft(self) -> bool:
        """Whether it counts nowhere yet, and only pages that show unapproved figures show it."""
        return False


class Named(models.Model):
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, or the other one where there is only that."""
        return in_reader_language(self.name_en, self.name_zh)

    name.fget.short_description = _("name")  # the head of its column in the admin

    @property
    def other_name(self) -> str:
        """The name in the other language; empty where there is none or both are equal."""
        other = self.name_en if reads_chinese() else self.name_zh
        return "" if other == self.name else other

    @property
    def other_language(self) -> str:
        return "en" if reads_chinese() else "zh-Hans"

    def clean(self):
        super().clean()
        if not (self.name_en or self.name_zh):
            raise ValidationError({"name_zh": _("Enter a name in Chinese or in English.")})


class Reference(Named):
    """A row of a list of choices, known by a key that never changes."""

    key = models.SlugField(_("key"), primary_key=True, max_length=60)
    order = models.PositiveSmallIntegerField(_("order in lists"), default=100)

    class Meta:
        abstract = True
        ordering = ["order", "key"]


def reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def in_reader_language(english: str, chinese: str) -> str:
    """The text in the reader's language, or the other one where there is only that."""
    return (chinese or english) if reads_chinese() else (english or chinese)


def year_field(label, *, help_text="", optional=False):
    return models.PositiveSmallIntegerField(
        label,
        null=optional,
        blank=optional,
        help_text=help_text,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )


def day_field(label, help_text=_("Leave empty where only the year is known.")):
    return models.DateField(label, null=True, blank=True, help_text=help_text)


def money_field(label, help_text=_("In 10,000 yuan. Leave empty if not reported.")):
    return models.DecimalField(
        label,
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=help_text,
    )


def count_field(label, help_text=_("Leave empty if not reported; enter 0 for none.")):
    return models.PositiveIntegerField(label, null=True, blank=True, help_text=help_text)


def year_and_day(prefix: str) -> tuple[str, str]:
    """Names of the two columns of a dated fact: `awarded_year`, `awarded_on`, or `year`, `on`."""
    return (f"{prefix}_year", f"{prefix}_on") if prefix else ("year", "on")


def settle_day(record, prefix: str = "") -> None:
    """Take the year from the day where only the day was entered; refuse two that disagree."""
    year_name, day_name = year_and_day(prefix)
    year, day = getattr(record, year_name), getattr(record, day_name)
    if day is None:
        return
    if year is None:
        setattr(record, year_name, day.year)
    elif day.year != year:
        raise ValidationError({day_name: _("The day lies outside the year beside it.")})


def refuse_earlier(record, start: str, end: str) -> None:
    """An end never lies before its start, in years and, where known, in days."""
    for first_name, last_name in zip(year_and_day(start), year_and_day(end), strict=True):
        first, last = getattr(record, first_name), getattr(record, last_name)
        if first and last and last < first:
            raise ValidationError(
                {last_name: _("This lies before the beginning (%(first)s).") % {"first": first}}
            )


def ahead(record, this_year: int) -> dict[str, str]:
    """What is said to have happened in a year that has not come: column → sentence."""
    years = {name: getattr(record, name) for name in record.happened}
    return {
        name: _("The year %(year)d has not come yet.") % {"year": year}
        for name, year in years.items()
        if year and year > this_year
    }


def period(start: int, end: int | None) -> str:
    """'2012–2015', or '2012–' for what still stands."""
    return f"{start}–{end or ''}"


def ends_not_before(start: str, end: str, name: str) -> models.CheckConstraint:
    condition = models.Q(**{f"{end}__isnull": True}) | models.Q(**{f"{end}__gte": models.F(start)})
    return models.CheckConstraint(
        condition=condition, name=name, violation_error_message=_("The end lies before the start.")
    )


def never_above(part: str, whole: str, name: str, message) -> models.CheckConstraint:
    """In approved figures an "of which" is never above what it is part of; a draft may err."""
    condition = (
        models.Q(approved=False)
        | models.Q(**{f"{part}__isnull": True})
        | models.Q(**{f"{whole}__isnull": True})
        | models.Q(**{f"{part}__lte": models.F(whole)})
    )
    return models.CheckConstraint(condition=condition, name=name, violation_error_message=message)
