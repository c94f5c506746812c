from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from patents.models import PatentCounts
from zonetrack import typed_numbers, workflow
from zonetrack.access.scope import request_scope
from zonetrack.addresses import entry_form_of
from zonetrack.admin_base import (
    ListAdmin,
    RegisterAdmin,
    RegisterForm,
    RegisterInline,
    RowFormSet,
    ScopedFilter,
    StackedInline,
    YearFilter,
)
from zonetrack.admin_returns import ReturnActions
from zonetrack.evidence.fields import FIELDSET as EVIDENCE
from zonetrack.evidence.fields import EvidenceFields, EvidenceForm, WithEvidence
from zonetrack.typed_fields import TypedDecimalField, TypedIntegerField, TypedNumber, stored_as

from . import credit_codes
from .models import (
    Authority,
    Enterprise,
    EnterpriseName,
    Institution,
    KeyMark,
    Location,
    Park,
    Return,
    State,
    TechnologyField,
    Title,
    TitleKind,
    YearlyFigures,
    Zone,
    ZonePark,
)
from .models.land import REGISTERS

CODE_WARNINGS = {
    "check_digit": gettext_lazy(
        "The check digit of the credit code does not match. Please compare it with the license."
    ),
    "organization_code": gettext_lazy(
        "The organization code inside the credit code does not match its check digit."
    ),
}

# --- Zones and parks -------------------------------------------------------------------------


class ZoneParkInline(RegisterInline):
    model = ZonePark
    fields = ["park", "from_year", "to_year"]


@admin.register(Zone)
class ZoneAdmin(RegisterAdmin):
    list_display = ["name", "key", "kind", "level", "is_example"]
    list_filter = ["kind", "level", "is_example"]
    search_fields = ["name_zh", "name_en", "key"]
    kept_fields = ("key",)
    managed = True
    inlines = [ZoneParkInline]
    fieldsets = [
        (None, {"fields": ["key", "name_zh", "name_en", "kind", "level", "order", "is_example"]}),
        (gettext_lazy("Yearly returns"), {"fields": ["approves_on_submit"]}),
        (
            gettext_lazy("Complete registers"),
            {
                "description": gettext_lazy(
                    "Say from which year a register holds every row. Only then is “none” a zero."
                ),
                "fields": [*REGISTERS.values()],
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        """A zone's manager declares its registers complete and says whether anybody approves
        returns; the rest is the administrators'."""
        fixed = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fixed
        return [name for name in flatten_fieldsets(self.fieldsets) if name not in self.declared]

    def get_inlines(self, request, obj):
        return self.inlines if request.user.is_superuser else []

    declared = frozenset({"approves_on_submit", *REGISTERS.values()})


@admin.register(Park)
class ParkAdmin(RegisterAdmin):
    list_display = ["name", "key", "home_zone", "order"]
    list_filter = [("home_zone", ScopedFilter)]
    list_select_related = ["home_zone"]
    search_fields = ["name_zh", "name_en", "key"]
    autocomplete_fields = ["home_zone"]
    kept_fields = ("key",)
    fields = ["key", "name_zh", "name_en", "home_zone", "order"]


# --- Enterprises -----------------------------------------------------------------------------


class EnterpriseNameInline(RegisterInline):
    model = EnterpriseName
    fields = ["name", "kind", "until_year"]


class LocationFormSet(RowFormSet):
    def clean(self):
        super().clean()
        kept = [
            form
            for form in self.forms
            if form.cleaned_data.get("park") and not form.cleaned_data.get("DELETE")
        ]
        if self.needs_a_park and not kept:
            raise ValidationError(_("Say in which park the enterprise is, and since when."))


class LocationInline(RegisterInline):
    model = Location
    formset = LocationFormSet
    fields = ["park", "from_year", "to_year", "reports"]
    autocomplete_fields = ["park"]

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        # Without a park nobody but an administrator would see the enterprise again.
        formset.needs_a_park = not request_scope(request).everything
        return formset


class KeyMarkInline(RegisterInline):
    model = KeyMark
    fields = ["year", "park", "note"]
    autocomplete_fields = ["park"]


@admin.register(Enterprise)
class EnterpriseAdmin(RegisterAdmin):
    list_display = ["name", "credit_code", "field", "registered_year", "closed_year"]
    list_filter = [
        ("field", ScopedFilter),
        ("registered_year", YearFilter),
        "uncertain_name",
    ]
    list_select_related = ["field"]
    search_fields = ["name_zh", "name_en", "credit_code", "names__name"]
    autocomplete_fields = ["parent", "successor"]
    inlines = [LocationInline, EnterpriseNameInline, KeyMarkInline]
    fieldsets = [
        (None, {"fields": ["name_zh", "name_en", "uncertain_name"]}),
        (
            gettext_lazy("Registration"),
            {
                "fields": [
                    "credit_code",
                    "no_code_reason",
                    ("registered_year", "registered_on"),
                    ("closed_year", "closed_on"),
                ]
            },
        ),
        (gettext_lazy("What it does"), {"fields": ["field"]}),
        (gettext_lazy("Related companies"), {"fields": ["parent", "successor"]}),
        (gettext_lazy("Remarks"), {"fields": ["note"]}),
    ]

    def write(self, request, obj, form):
        super().write(request, obj, form)
        if obj.credit_code and "credit_code" in form.changed_data:
            for warning in credit_codes.problems(obj.credit_code).warnings:
                messages.warning(request, CODE_WARNINGS[warning])


# --- Titles ----------------------------------------------------------------------------------


@admin.register(Title)
class TitleAdmin(WithEvidence, RegisterAdmin):
    form = EvidenceForm
    list_display = ["kind", "holder", "park", "awarded_year", "expires_year", "ended_year"]
    list_filter = [
        ("kind", ScopedFilter),
        "kind__level",
        ("park", ScopedFilter),
        ("awarded_year", YearFilter),
        "end_reason",
    ]
    list_select_related = ["kind", "enterprise", "park"]
    search_fields = [
        "enterprise__name_zh",
        "enterprise__name_en",
        "enterprise__credit_code",
        "kind__name_zh",
        "kind__name_en",
        "document_no",
    ]
    autocomplete_fields = ["enterprise", "park"]
    fieldsets = [
        (gettext_lazy("Title and holder"), {"fields": ["kind", "enterprise", "park", "subject"]}),
        (
            gettext_lazy("Award"),
            {"fields": [("awarded_year", "awarded_on"), "batch", "document_no"]},
        ),
        (
            gettext_lazy("Term"),
            {"fields": [("expires_year", "expires_on"), "review_due_on"]},
        ),
        (
            gettext_lazy("Early end"),
            {"fields": [("ended_year", "ended_on"), "end_reason"]},
        ),
        (gettext_lazy("Remarks"), {"fields": ["note"]}),
        EVIDENCE,
    ]

    @admin.display(description=gettext_lazy("holder"))
    def holder(self, title):
        return title.holder


# --- Yearly returns --------------------------------------------------------------------------


class PartInline(StackedInline):
    """Figures of a return; there is one such part at most."""

    extra = 1
    max_num = 1
    can_delete = False

    def has_change_permission(self, request, obj=None):
        open_ = obj is None or obj.state != State.APPROVED
        return open_ and super().has_change_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        open_ = obj is None or obj.state != State.APPROVED
        return open_ and super().has_add_permission(request, obj)

    # What the columns hold; `column` is for those that `columns` does not name.
    column = typed_numbers.Column()
    columns: dict[str, typed_numbers.Column] = {}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.model.FIGURES:
            whole = isinstance(db_field, models.IntegerField)
            kwargs["form_class"] = TypedIntegerField if whole else TypedDecimalField
            kwargs["column"] = self.columns.get(db_field.name, self.column)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class FiguresInline(PartInline):
    model = YearlyFigures
    column = typed_numbers.TEN_THOUSAND_YUAN
    columns = {
        "employees": typed_numbers.PERSONS,
        "rd_personnel": typed_numbers.PERSONS,
        "rd_fte": typed_numbers.PERSON_YEARS,
    }
    fieldsets = [
        (None, {"fields": ["employees", "revenue"]}),
        (
            gettext_lazy("Research and development"),
            {"fields": ["rd_expenditure", "rd_government", "rd_personnel", "rd_fte"]},
        ),
        (
            gettext_lazy("Results on the market"),
            {"fields": ["new_product_sales", "contract_turnover"]},
        ),
    ]


class PatentCountsInline(PartInline):
    model = PatentCounts
    column = typed_numbers.PATENTS
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("filed", "filed_inventions"),
                    ("granted", "granted_inventions"),
                    ("in_force", "in_force_inventions"),
                ]
            },
        )
    ]


class ReturnForm(EvidenceFields, RegisterForm):
    """What is entered; how far the return has come is changed by the steps of the workflow."""


@admin.register(Return)
class ReturnAdmin(ReturnActions, WithEvidence, RegisterAdmin):
    form = ReturnForm
    list_display = ["enterprise", "year", "park", "state", "entry_form"]
    list_filter = [("year", YearFilter), "state", ("park", ScopedFilter)]
    list_select_related = ["enterprise", "park"]
    search_fields = ["enterprise__name_zh", "enterprise__name_en", "enterprise__credit_code"]
    autocomplete_fields = ["enterprise", "park"]
    inlines = [FiguresInline, PatentCountsInline]
    readonly_fields = ["state", "comment", "entry_form"]
    fieldsets = [
        (None, {"fields": ["enterprise", "park", "year"]}),
        (
            pgettext_lazy("return", "Work on the return"),
            {"fields": ["state", "comment", "entry_form"]},
        ),
        EVIDENCE,
    ]

    @admin.display(description=gettext_lazy("submit, approve, send back"))
    def entry_form(self, filing):
        if filing.pk is None:
            return _("once the return is saved")
        return format_html('<a href="{}">{}</a>', entry_form_of(filing.pk), _("Open the form"))

    def has_change_permission(self, request, obj=None):
        """Of an approved return only the evidence, and by who decides about it."""
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None or obj.state != State.APPROVED:
            return allowed
        return workflow.may_decide(request_scope(request), obj.park_id)

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, *(OWN_FIELDS if obj and obj.state == State.APPROVED else [])]

    def write(self, request, obj, form):
        """As in `entering`: whoever changes a return that waits for approval takes it back."""
        parts = any(formset.has_changed() for formset in getattr(obj, "_formsets", []))
        changed = parts or any(name in form.changed_data for name in OWN_FIELDS)
        begun = parts and obj.state == State.NOT_STARTED
        if begun or (changed and obj.state == State.SUBMITTED):
            obj.state = State.DRAFT
        super().write(request, obj, form)

    def save_part(self, request, row, reason):
        row.follow_return()
        row.validate_constraints()
        super().save_part(request, row, reason)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for part in (YearlyFigures, PatentCounts):
            row = part.objects.filter(filing=form.instance).first()
            if row and follows_late(row, form.instance):
                self.save_part(request, row, self.reason(form))
        for part in (row for formset in formsets for row in formset.forms):
            tell_conversions(request, part)


OWN_FIELDS = ["enterprise", "park", "year"]


def tell_conversions(request, form) -> None:
    for name in form.changed_data:
        field, typed = form.fields[name], form[name].data
        if isinstance(field, TypedNumber) and field.converts(typed):
            figure = capfirst(str(field.label))
            messages.info(request, stored_as(figure, typed, form.cleaned_data[name]))


def follows_late(part, filing) -> bool:
    """Whether a part still carries an older park, year or approval than its return."""
    part.filing = filing
    carried = (part.park_id, part.year, part.approved)
    return carried != (filing.park_id, filing.year, filing.state == State.APPROVED)


# --- Lists of choices ------------------------------------------------------------------------


@admin.register(Institution)
class InstitutionAdmin(RegisterAdmin):
    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name_zh", "name_en"]
    fields = ["name_zh", "name_en", "kind"]


@admin.register(TechnologyField)
class TechnologyFieldAdmin(ListAdmin):
    fields = ["key", "name_zh", "name_en", "order"]


@admin.register(Authority)
class AuthorityAdmin(ListAdmin):
    list_display = ["__str__", "key", "level", "order"]
    list_filter = ["level"]
    fields = ["key", "name_zh", "name_en", "level", "order"]


@admin.register(TitleKind)
class TitleKindAdmin(ListAdmin):
    list_display = ["__str__", "key", "level", "held_by", "validity_years"]
    list_filter = ["level", "held_by"]
    fieldsets = [
        (None, {"fields": ["key", "name_zh", "name_en", "order"]}),
        (gettext_lazy("Award"), {"fields": ["level", "authority", "held_by"]}),
        (gettext_lazy("Term"), {"fields": ["validity_years", "review_years"]}),
    ]
