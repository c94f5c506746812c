"""The yearly return of an enterprise: one row with state and version that owns its figures."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zonetrack import punctuation
from zonetrack.addresses import address_of_record
from zonetrack.records import Record, count_field, money_field, never_above, year_field


class State(models.TextChoices):
    NOT_STARTED = "not_started", pgettext_lazy("return", "Not started")
    DRAFT = "draft", pgettext_lazy("return", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("return", "Submitted")
    RETURNED = "returned", pgettext_lazy("return", "Sent back")
    APPROVED = "approved", pgettext_lazy("return", "Approved")


class Return(Record):
    """What one enterprise reports for one year, and how far that has come."""

    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        models.PROTECT,
        related_name="returns",
        verbose_name=_("enterprise"),
    )
    park = models.ForeignKey(
        "enterprises.Park",
        models.PROTECT,
        db_index=False,
        verbose_name=_("park"),
        help_text=_("The park for which the enterprise reports."),
    )
    year = year_field(_("year"))
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.NOT_STARTED
    )
    comment = models.TextField(
        _("comment"), blank=True, help_text=_("What the reviewer asks to be mended.")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    # Whom a comment is told.
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("submitted by"),
    )

    scope_path = "park"
    dated = ("year",)
    happened = ("year",)
    counted = ("park_id", "enterprise_id", "state")

    class Meta:
        verbose_name = _("yearly return")
        verbose_name_plural = _("yearly returns")
        ordering = ["-year", "enterprise__name_zh", "pk"]
        indexes = [
            models.Index(fields=["park", "year", "state", "enterprise"], name="return_of_park"),
            # The order of the list of all returns.
            models.Index(fields=["-year", "id"], name="return_by_year"),
            # The few that wait for somebody, whom the first page tells.
            models.Index(
                fields=["state", "year"],
                name="return_that_waits",
                condition=models.Q(state__in=[State.SUBMITTED, State.RETURNED]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "year"],
                name="return_once_a_year",
                violation_error_message=_("This enterprise already has a return for this year."),
            )
        ]

    def __str__(self):
        return punctuation.dated(self.enterprise, self.year)

    def get_absolute_url(self):
        return address_of_record("return", self.pk)


class Explanation(Record):
    """Why an unusual figure is right, said by who submitted it and read by who approves it."""

    filing = models.ForeignKey(
        Return, models.CASCADE, related_name="explanations", verbose_name=_("yearly return")
    )
    check_key = models.CharField(_("check"), max_length=60, editable=False)
    # The figures it was said of; once they change it explains nothing any more.
    values = models.CharField(max_length=300, editable=False)
    reason = models.CharField(_("reason"), max_length=500)

    scope_path = "filing__park"

    class Meta:
        verbose_name = _("reason for an unusual figure")
        verbose_name_plural = _("reasons for unusual figures")
        ordering = ["filing", "check_key"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "check_key"], name="explained_once_a_check")
        ]

    def __str__(self):
        return self.reason

    def get_absolute_url(self):
        return self.filing.get_absolute_url()


class ReturnPart(Record):
    """Figures that belong to a return. Park, year and approval are copies of the return's own,
    so that a park's years can be added up from one index."""

    filing = models.OneToOneField(
        Return, models.CASCADE, primary_key=True, verbose_name=_("yearly return")
    )
    park = models.ForeignKey("enterprises.Park", models.PROTECT, db_index=False, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    approved = models.BooleanField(default=False, editable=False)

    scope_path = "park"
    dated = ("year",)

    class Meta:
        abstract = True

    def __str__(self):
        return str(self.filing)

    def get_absolute_url(self):
        return self.filing.get_absolute_url()

    def is_draft(self) -> bool:
        return not self.approved

    def follow_return(self, filing: Return | None = None):
        """Take park, year and approval from the return, which is asked for where it is not
        given."""
        filing = filing or self.filing
        self.park_id, self.year = filing.park_id, filing.year
        self.approved = filing.state == State.APPROVED


class YearlyFigures(ReturnPart):
    filing = models.OneToOneField(
        Return,
        models.CASCADE,
        primary_key=True,
        related_name="figures",
        verbose_name=_("yearly return"),
    )
    employees = count_field(
        _("employees"), _("Persons employed on 31 December. Leave empty if not reported.")
    )
    revenue = money_field(_("operating revenue"))
    rd_expenditure = money_field(
        _("R&D expenditure"),
        _("Intramural R&D expenditure of the year, in 10,000 yuan. Leave empty if not reported."),
    )
    rd_government = money_field(
        _("of which from government"),
        _("Part of R&D expenditure paid from government funds, in 10,000 yuan."),
    )
    rd_personnel = count_field(
        _("R&D personnel"), _("Persons who did R&D in the year, head count.")
    )
    rd_fte = models.DecimalField(
        _("R&D personnel, full-time equivalent"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Person-years actually spent on R&D: person-months divided by 12."),
    )
    new_product_sales = money_field(
        _("sales of new products"), _("Part of operating revenue, in 10,000 yuan.")
    )
    contract_turnover = money_field(
        _("technology contract turnover"),
        _("Registered technology contracts sold in the year, in 10,000 yuan."),
    )

    FIGURES = (
        "employees",
        "revenue",
        "rd_expenditure",
        "rd_government",
        "rd_personnel",
        "rd_fte",
        "new_product_sales",
        "contract_turnover",
    )
    counted = ("park_id", "approved", *FIGURES)

    class Meta:
        verbose_name = _("yearly figures")
        verbose_name_plural = _("yearly figures")
        ordering = ["-year", "filing"]
        indexes = [
            models.Index(
                fields=[
                    "park",
                    "year",
                    "approved",
                    "employees",
                    "revenue",
                    "rd_expenditure",
                    "rd_government",
                    "rd_personnel",
                    "rd_fte",
                    "new_product_sales",
                    "contract_turnover",
                ],
                name="figures_of_park",
            )
        ]
        constraints = [
            never_above(
                "rd_government",
                "rd_expenditure",
                "government_part_within_rd_expenditure",
                _("The government part cannot be more than R&D expenditure."),
            ),
            never_above(
                "rd_fte",
                "rd_personnel",
                "rd_fte_within_head_count",
                _("R&D personnel in full-time equivalents cannot be more than the head count."),
            ),
            models.CheckConstraint(
                condition=Q(revenue__isnull=True) | Q(revenue__gte=0), name="revenue_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(rd_expenditure__isnull=True) | Q(rd_expenditure__gte=0),
                name="rd_expenditure_not_negative",
            ),
        ]
