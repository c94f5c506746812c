"""Certificates, notices and stamped scans, each at the one record it is evidence of.

Who sees the record may read its files; who may change it adds and removes them. Removing a file
leaves its entry in the history, and its bytes in the database, where no page leads to them.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zonetrack.records import Record

# Columns, of which each row has exactly one: what kind of record the file is evidence of.
OWNERS = ("recognition", "title", "project", "filing", "published_figure")
# The year in which an owner's evidence belongs: the last thing that happened to it. So the notice
# that revokes a center of a closed year can be added while the year of the revocation is open.
HAPPENED = {
    "recognition": ("ended_year", "year"),
    "title": ("ended_year", "awarded_year"),
    "project": ("completed_year", "begun_year"),
    "filing": ("year",),
    "published_figure": ("year",),
}


def owner_field(model: str, label):
    return models.ForeignKey(
        model,
        models.CASCADE,
        null=True,
        editable=False,
        related_name="attachments",
        verbose_name=label,
    )


class Attachment(Record):
    """One file at one record. The same file stands at a record once."""

    recognition = owner_field("rd_centers.Recognition", _("recognition"))
    title = owner_field("enterprises.Title", _("title"))
    project = owner_field("projects.Project", _("project"))
    filing = owner_field("enterprises.Return", _("yearly return"))
    published_figure = owner_field("published.PublishedFigure", _("published figure"))
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, editable=False, verbose_name=_("file")
    )
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64, editable=False)
    label = models.CharField(_("what it is"), max_length=200, blank=True)

    # In scope where its owner is, see Scope.limit.
    OWNERS = OWNERS
    scope_path = "owner"
    counted = ("label", "file_id", *(f"{name}_id" for name in OWNERS))

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q.create(
                    [
                        Q(**{f"{name}__isnull": name != owner for name in OWNERS})
                        for owner in OWNERS
                    ],
                    Q.OR,
                ),
                name="evidence_of_exactly_one_record",
            ),
            *(
                models.UniqueConstraint(fields=[name, "checksum"], name=f"{name}_has_file_once")
                for name in OWNERS
            ),
        ]

    def __str__(self):
        return str(self.file)

    def get_absolute_url(self):
        return self.owner.get_absolute_url()

    @property
    def owned_by(self) -> str:
        """The column that is set."""
        return next(name for name in OWNERS if getattr(self, f"{name}_id") is not None)

    @property
    def owner(self) -> Record:
        return getattr(self, self.owned_by)

    def counted_park_ids(self):
        return self.owner.counted_park_ids()

    def counted_years(self):
        names = HAPPENED[self.owned_by]
        return {next(year for name in names if (year := getattr(self.owner, name)))}


def owner_column(record: models.Model) -> str:
    """The column for a record of this kind. Raises LookupError for one that has no evidence."""
    for name in OWNERS:
        if isinstance(record, Attachment._meta.get_field(name).related_model):
            return name
    raise LookupError(record._meta.label)
