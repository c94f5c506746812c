"""What every admin of the product shares: scope, the one way to save, conflicts, history.

A form is saved through `writing` only. It carries the version its reader had open; somebody
else's save in between is shown instead of being overwritten. Whatever `writing` refuses comes
back as a sentence on the form, with everything that was typed.
"""

import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import (
    FieldDoesNotExist,
    FieldError,
    PermissionDenied,
    ValidationError,
)
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Max, Min, ProtectedError, Q, UniqueConstraint, URLField
from django.forms.models import BaseInlineFormSet
from django.forms.utils import ErrorDict
from django.forms.widgets import Script
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zonetrack import changes, writing
from zonetrack.access.scope import request_scope
from zonetrack.records import Record, ahead
from zonetrack.sums import counters
from zonetrack.years.closing import ClosedYear

REFUSALS = (ClosedYear, ProtectedError, writing.Conflict, IntegrityError, ValidationError)
BAD_QUERY = (
    ValueError,
    TypeError,
    IndexError,
    OverflowError,
    ValidationError,
    FieldError,
    DataError,
    DisallowedModelAdminLookup,
    DisallowedModelAdminToField,
)
LONGEST_SELECT = 200
LONGEST_SEARCH = 200
SAFE_LOOKUPS = {"exact", "isnull", "gte", "lte", "lt", "gt", "in"}
ERROR_FLAG = "e"
# Columns of a list of choices that never decide what is counted.
NAMES_AND_ORDER = {"name_en", "name_zh", "order"}


def sentence(refusal) -> str:
    """What a person is told about a change that was refused."""
    if isinstance(refusal, ProtectedError):
        n = len(refusal.protected_objects)
        return ngettext(
            "%(count)d other record refers to this one. Change that one first.",
            "%(count)d other records refer to this one. Change those first.",
            n,
        ) % {"count": n}
    if isinstance(refusal, IntegrityError):
        return _("A record like this already exists, or the values contradict each other.")
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal)


# --- Scope -----------------------------------------------------------------------------------


def rows_for_choice(model, request, *, managed=False):
    """The rows of another model that a form may point to: parks and zones one may write in."""
    scope = request_scope(request)
    rows = scope.limit(model._default_manager.all())
    if scope.everything:
        return rows
    if model._meta.label == "enterprises.Park":
        parks = scope.decided_park_ids if managed else scope.writable_park_ids
        return rows.filter(pk__in=parks)
    if model._meta.label == "enterprises.Zone" and managed:
        return rows.filter(pk__in=scope.managed_zone_ids)
    return rows


def asked_once(request, key, answer):
    """Keep an answer about a row for the rest of the request."""
    if not hasattr(request, "_may"):
        request._may = {}
    if key not in request._may:
        request._may[key] = answer()
    return request._may[key]


def may_change(request, record) -> bool:
    scope = request_scope(request)
    if scope.everything:
        return True
    if not isinstance(record, Record):
        return False
    key = ("change", type(record), record.pk)
    return asked_once(request, key, lambda: scope.may_write(record))


def may_delete(request, record) -> bool:
    """Records are deleted by zone managers, in what they manage."""
    scope = request_scope(request)
    if scope.everything:
        return True
    if not may_change(request, record):
        return False
    if record.scope_path in (None, "zone", "zone_or_park"):
        return True
    rows = type(record)._default_manager.filter(pk=record.pk)
    own = scope.limit(rows, scope.decided_park_ids)
    return asked_once(request, ("delete", type(record), record.pk), own.exists)


class Choices(AutocompleteSelect):
    """Django's autocomplete, with a text in the empty box: without one it has no name."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return attrs | {"data-placeholder": _("Type to search")}

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [each for each in value if self.is_key(each)], attr)

    def is_key(self, value) -> bool:
        """Whether what was posted could be a key at all; a query with anything else fails."""
        return could_be(self.field.target_field, value)


def could_be(field, value) -> bool:
    if "\0" in str(value) or len(str(value)) > LONGEST_SEARCH:
        return False
    try:
        field.run_validators(field.to_python(value))
    except ValidationError:
        return False
    return True


class ScopedChoices:
    """Form fields of a model admin or inline that offer only what the user may point to."""

    # Whether parks and zones are to be managed by the user, not only entered for.
    managed = False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        rows = rows_for_choice(db_field.related_model, request, managed=self.managed)
        kwargs.setdefault("queryset", rows)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Choices(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.related_model._meta.label == "enterprises.Park":
            self.settle_park(field, request)
        return field

    def settle_park(self, field, request):
        """Who enters for one park only need not choose it."""
        scope = request_scope(request)
        if scope.everything or not field.required:
            return
        found = list(field.queryset.values_list("pk", flat=True)[:2])
        if len(found) == 1:
            field.initial = found[0]
            field.empty_label = None

    def get_autocomplete_fields(self, request):
        """Without the lists that are short enough for a select, which needs no script."""
        return [
            name
            for name in super().get_autocomplete_fields(request)
            if not self.is_short(self.opts.get_field(name).related_model, request)
        ]

    def is_short(self, model, request) -> bool:
        if model._meta.label not in ("enterprises.Park", "enterprises.Zone"):
            return False
        rows = rows_for_choice(model, request, managed=self.managed)
        few = rows.order_by()[: LONGEST_SELECT + 1]
        key = ("short", model, self.managed)
        return asked_once(request, key, lambda: few.count() <= LONGEST_SELECT)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        wrapper = getattr(field, "widget", None)
        # Pop-up windows would lead to forms of lists that others keep.
        for link in ("can_add_related", "can_change_related", "can_delete_related"):
            if hasattr(wrapper, link) and not self.offers_adding(db_field, link):
                setattr(wrapper, link, False)
        if hasattr(wrapper, "can_view_related"):
            wrapper.can_view_related = False
        return field

    def offers_adding(self, db_field, link) -> bool:
        label = db_field.related_model._meta.label
        return link == "can_add_related" and label == "enterprises.Institution"


# --- Filters ---------------------------------------------------------------------------------


class ScopedFilter(admin.RelatedFieldListFilter):
    """A filter by another record, offering only those in scope, and only where they are few."""

    def field_choices(self, field, request, model_admin):
        rows = request_scope(request).limit(field.related_model._default_manager.all())
        found = list(rows[: LONGEST_SELECT + 1])
        return [(row.pk, str(row)) for row in found] if len(found) <= LONGEST_SELECT else []


class YearFilter(admin.FieldListFilter):
    """A filter by a year column: from the last year known in scope down to the first."""

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.parameter = field_path
        super().__init__(field, request, params, model, model_admin, field_path)
        known = model_admin.get_queryset(request).order_by()
        ends = known.aggregate(first=Min(field_path), last=Max(field_path))
        self.years = []
        if ends["last"] is not None:
            self.years = list(range(ends["last"], ends["first"] - 1, -1))[:LONGEST_SELECT]

    def expected_parameters(self):
        return [self.parameter]

    def has_output(self):
        return len(self.years) > 1

    def choices(self, changelist):
        chosen = (self.used_parameters.get(self.parameter) or [None])[-1]
        yield {
            "selected": chosen is None,
            "query_string": changelist.get_query_string(remove=[self.parameter]),
            "display": _("All"),
        }
        for year in self.years:
            yield {
                "selected": chosen == str(year),
                "query_string": changelist.get_query_string({self.parameter: year}),
                "display": str(year),
            }


# --- Forms -----------------------------------------------------------------------------------


class NothingAhead:
    """A form that takes no year yet to come for what has happened."""

    def _post_clean(self):
        super()._post_clean()
        this_year = timezone.localdate().year
        for name, words in ahead(self.instance, this_year).items():
            self.add_error(name if name in self.fields else None, words)


class KeptChoices:
    """A form that still accepts a stored link to a record that is now outside the user's scope."""

    def keep_stored_choices(self):
        for name, field in self.fields.items():
            if not isinstance(field, forms.ModelChoiceField) or not self.instance.pk:
                continue
            if not field.queryset.query.where:
                continue
            stored = getattr(self.instance, f"{name}_id", None)
            if stored is not None and not field.queryset.filter(pk=stored).exists():
                within = Q(pk__in=field.queryset.order_by().values("pk")) | Q(pk=stored)
                field.queryset = field.queryset.model._default_manager.filter(within)


def twin_of(record, scope):
    """The stored record, visible to the user, that a unique constraint forbids to enter again."""
    manager = type(record)._default_manager
    unique = [[field.name] for field in record._meta.fields if field.unique and field.editable]
    unique += [
        list(rule.fields)
        for rule in record._meta.constraints
        if isinstance(rule, UniqueConstraint) and rule.fields
    ]
    for names in unique:
        values = {name: getattr(record, record._meta.get_field(name).attname) for name in names}
        if any(value is None or value == "" for value in values.values()):
            continue
        rows = scope.limit(manager.filter(**values)).exclude(pk=record.pk)
        if found := rows.first():
            return found
    return None


class RegisterForm(KeptChoices, NothingAhead, forms.ModelForm):
    """A form with the version that was open, a reason for the change, and the conflict check.

    `request` and `model_admin` are set by `RegisterAdmin.get_form`.
    """

    request = None
    model_admin = None

    version = forms.Field(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept in the history of the record."),
        widget=forms.TextInput(attrs={"class": "vTextField", "maxlength": 300}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflict = None
        self.keep_stored_choices()
        if self.instance.pk and "version" in self.fields:
            self.fields["version"].initial = self.instance.version

    def clean(self):
        cleaned = super().clean()
        if refusal := getattr(self.request, "_refusal", None):
            raise ValidationError(refusal)
        if not self.instance._state.adding:
            self.refuse_outdated()
        return cleaned

    def refuse_outdated(self):
        """The row is locked by now (`RegisterAdmin.get_object`), so it is what will be changed."""
        posted = str(self.data.get("version", ""))
        if not re.fullmatch(r"[0-9]{1,9}", posted):
            raise ValidationError(
                _("This form has lost its version number. Open the record again and save then."),
                code="version",
            )
        current = self.instance.version
        if int(posted) == current or self.data.get("save_anyway") == str(current):
            return
        rows = self.conflicting(int(posted))
        if not rows and not self.parts_changed():
            return  # one's own double click: what was typed is what is stored
        known = changes.history_of(type(self.instance), self.instance.pk)
        last = known.select_related("history_user").order_by("history_id").last()
        self.conflict = {"rows": rows, "version": current}
        raise ValidationError(
            _("%(who)s saved this record at %(when)s, after you had opened it. Nothing is saved."),
            code="conflict",
            params={
                "who": changes.who(last) if last else _("Somebody else"),
                "when": when(last.history_date) if last else "–",
            },
        )

    def conflicting(self, opened_version) -> list[dict]:
        """Fields in which what was typed is not what is stored: opened, stored and typed value."""
        model = type(self.instance)
        known = changes.history_of(model, self.instance.pk).filter(version=opened_version)
        opened = known.order_by("history_id").last()
        rows, limit = [], request_scope(self.request).limit
        for name, typed in self.cleaned_data.items():
            field = next((f for f in model._meta.concrete_fields if f.name == name), None)
            if field is None or not field.editable:
                continue
            stored = getattr(self.instance, field.attname)
            yours = getattr(typed, "pk", typed)
            if same(stored, yours):
                continue
            old = changes.readable(field, getattr(opened, field.attname), limit) if opened else "?"
            rows.append(
                {
                    "label": capfirst(self.fields[name].label or field.verbose_name),
                    "old": old,
                    "theirs": changes.readable(field, stored, limit),
                    "yours": changes.readable(field, yours, limit),
                }
            )
        return rows

    def parts_changed(self) -> bool:
        """Whether the rows below would change anything that is not stored already."""
        formsets = getattr(self.instance, "_formsets", [])
        return any(not formset.is_stored() for formset in formsets)

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            self.point_to_twin()

    def point_to_twin(self):
        scope = request_scope(self.request)
        twin = twin_of(self.instance, scope)
        if twin is None:
            return
        url = change_url(self.model_admin, twin)
        link = format_html(
            '{} <a href="{}">{}</a>', _("This record already exists:"), url, str(twin)
        )
        self.add_error(None, ValidationError(link, code="exists"))

    @cached_property
    def changed_data(self):
        return [name for name in super().changed_data if name not in ("version", "reason")]


def same(stored, typed) -> bool:
    return stored == typed or (stored in (None, "") and typed in (None, ""))


def when(at) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def change_url(model_admin, record) -> str:
    opts = record._meta
    name = f"{model_admin.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[record.pk])


class RowForm(KeptChoices, NothingAhead, forms.ModelForm):
    """A row below a record. Its inputs have names of their own, as the table head names none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.keep_stored_choices()
        for field in self.fields.values():
            widget = getattr(field.widget, "widget", field.widget)  # inside Django's wrapper
            widget.attrs.setdefault("aria-label", capfirst(field.label or ""))


class RowFormSet(BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete this row")

    def full_clean(self):
        """A new row that is stored already, sent from an outdated form, came by a double click."""
        super().full_clean()
        opened = self.data.get("version") if self.is_bound else None
        if opened in (None, str(getattr(self.instance, "version", ""))):
            return
        for number, form in enumerate(self.forms):
            if form.instance._state.adding and form.has_changed() and self.is_copy(form):
                self._errors[number] = form._errors = ErrorDict()
                form.changed_data = []

    def is_copy(self, form) -> bool:
        """Whether a new row has the same values as a stored row of the same record."""
        names = {field.name for field in self.model._meta.concrete_fields} & form.fields.keys()
        names -= {self.model._meta.pk.name, self.fk.name}
        if self.instance.pk is None or not names <= getattr(form, "cleaned_data", {}).keys():
            return False
        values = {name: form.cleaned_data[name] for name in names} | {self.fk.name: self.instance}
        return self.model._default_manager.filter(**values).exists()

    def is_stored(self) -> bool:
        """Whether saving would change nothing: a form that was sent twice."""
        return self.is_valid() and not self.has_changed()


# --- Parts of a record -----------------------------------------------------------------------


class RegisterInline(ScopedChoices, admin.TabularInline):
    """Rows that belong to a record and are saved with it, under its version."""

    form = RowForm
    formset = RowFormSet
    extra = 1
    view_on_site = False
    show_change_link = False

    def get_queryset(self, request):
        scope = request_scope(request)
        rows = scope.limit(super().get_queryset(request))
        if scope.everything or not super().has_change_permission(request):
            return rows
        # Rows of a park one only reads are not offered for change.
        path = getattr(self.model, "scope_path", None)
        return scope.limit(rows, scope.writable_park_ids) if path == "park" else rows


class StackedInline(RegisterInline):
    template = "admin/edit_inline/stacked.html"


# --- Records ---------------------------------------------------------------------------------


class GuardedAdmin(admin.ModelAdmin):
    """Bad addresses lead back to the list with a message; nothing of another scope is shown."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request):
        return request_scope(request).limit(super().get_queryset(request))

    def get_view_on_site_url(self, obj=None):
        """The record's own page; the admin's detour over its id would tell that it exists."""
        if obj is None or not self.view_on_site or not hasattr(obj, "get_absolute_url"):
            return None
        try:
            return obj.get_absolute_url()
        except NoReverseMatch:
            return None

    def changelist_view(self, request, extra_context=None):
        try:
            return super().changelist_view(request, extra_context)
        except BAD_QUERY:
            if request.GET.dict() == {ERROR_FLAG: "1"} and request.method == "GET":
                raise
            messages.warning(request, _("The address of the list was not understood."))
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def lookup_allowed(self, lookup, value, request=None):
        last = lookup.rpartition("__")[2]
        column = last not in SAFE_LOOKUPS and "__" in lookup and not self.is_column(lookup)
        return not column and super().lookup_allowed(lookup, value, request)

    def is_column(self, path) -> bool:
        """Whether a path through relations ends in a column, not in a comparison."""
        model = self.model
        for name in path.split("__"):
            if model is None:
                return False
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist:
                return False
            model = field.related_model
        return True

    def get_search_results(self, request, queryset, search_term):
        words = search_term.replace("\0", " ")[:LONGEST_SEARCH].split()[:10]
        found, repeated = super().get_search_results(request, queryset, " ".join(words))
        return self.limit_choices(request, found), repeated

    def limit_choices(self, request, rows):
        """An autocomplete list offers what the form it serves would accept."""
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            managed = self.managed_by(request.GET)
            within = rows_for_choice(self.model, request, managed=managed)
            return rows.filter(pk__in=within.order_by().values("pk"))
        return rows

    def managed_by(self, asked) -> bool:
        for model, model_admin in self.admin_site._registry.items():
            opts = model._meta
            if (opts.app_label, opts.model_name) == (
                asked.get("app_label"),
                asked.get("model_name"),
            ):
                return getattr(model_admin, "managed", False)
        return False

    def get_deleted_objects(self, objs, request):
        """As Django's, without naming what lies in another scope."""
        to_delete, count, lacking, protected = super().get_deleted_objects(objs, request)
        if protected and not request_scope(request).everything:
            n = len(protected)
            protected = [
                ngettext(
                    "%(count)d record that refers to it", "%(count)d records that refer to it", n
                )
                % {"count": n}
            ]
        return to_delete, count, lacking, protected

    def get_actions(self, request):
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            _function, name, description = actions["delete_selected"]
            actions["delete_selected"] = (delete_all_or_none, name, description)
        return actions

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as refusal:
            messages.error(request, sentence(refusal))
            opts = self.opts
            name = f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))


def delete_all_or_none(model_admin, request, queryset):
    """Delete the selected records, or none of them and say why."""
    try:
        with transaction.atomic():
            return delete_selected(model_admin, request, queryset)
    except REFUSALS as refusal:
        messages.error(request, sentence(refusal))
        return None


class RegisterAdmin(ScopedChoices, GuardedAdmin):
    """A register: records with a version, a history, a scope, and rows that belong to them."""

    form = RegisterForm
    change_form_template = "admin/register_form.html"
    delete_confirmation_template = "admin/record_delete.html"
    object_history_template = "admin/record_history.html"
    view_on_site = True
    # Fields that are fixed once the record exists.
    kept_fields: tuple[str, ...] = ()

    class Media:
        js = [Script("js/admin-forms.js", defer=True)]

    # Permissions

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_change(request, obj))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or may_delete(request, obj))

    # Forms

    def get_readonly_fields(self, request, obj=None):
        fixed = self.kept_fields if obj else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_changeform_initial_data(self, request):
        """Values for an empty form from its address, without those that fit no field."""
        initial = super().get_changeform_initial_data(request)
        fields = {field.name: field for field in self.opts.concrete_fields}
        return {
            name: value
            for name, value in initial.items()
            if name in fields
            and could_be(getattr(fields[name], "target_field", fields[name]), value)
        }

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request, form.model_admin = request, self
        return form

    def get_object(self, request, object_id, from_field=None):
        """When saving, the row is locked before it is read, so that nobody saves in between."""
        if request.method == "POST" and connection.in_atomic_block:
            rows = self.model._base_manager.order_by().values_list("pk", flat=True)
            try:
                writing.locked(self.model, rows.filter(pk=object_id))
            except (ValueError, ValidationError, OverflowError):
                return None
        return super().get_object(request, object_id, from_field)

    def _create_formsets(self, request, obj, change):
        formsets, inlines = super()._create_formsets(request, obj, change)
        if obj is not None:
            obj._formsets = formsets  # the form asks them whether anything was typed below
        return formsets, inlines

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            if request.method == "POST":
                # The record and the rows below it are stored as one.
                with writing.together():
                    return super().changeform_view(request, object_id, form_url, extra_context)
            return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUSALS as refusal:
            # Everything is rolled back; the form comes again with what was typed and why.
            request._refusal = sentence(refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DisallowedModelAdminToField:
            raise Http404 from None

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        context["conflict"] = getattr(form, "conflict", None)
        return super().render_change_form(request, context, *args, **kwargs)

    # Saving

    def save_model(self, request, obj, form, change):
        parts = any(formset.has_changed() for formset in getattr(obj, "_formsets", []))
        if change and not form.has_changed() and not parts:
            return
        self.write(request, obj, form)

    def write(self, request, obj, form):
        """Store the record itself. The version was compared with the row locked."""
        writing.save(obj, by=request.user, reason=self.reason(form))

    def reason(self, form) -> str:
        return form.cleaned_data.get("reason", "")

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        reason = self.reason(form)
        for row in formset.deleted_objects:
            writing.delete(row, by=request.user, reason=reason)
        for row in [*(row for row, _names in formset.changed_objects), *formset.new_objects]:
            self.save_part(request, row, reason)

    def save_part(self, request, row, reason):
        writing.save(row, by=request.user, reason=reason)

    def delete_model(self, request, obj):
        opened = request.POST.get("version", "")
        if opened and opened != str(obj.version):
            raise writing.Conflict(obj)
        reason = request.POST.get("reason", "").replace("\0", "")[:300]
        writing.delete(obj, by=request.user, reason=reason)

    def delete_queryset(self, request, queryset):
        for record in queryset:
            writing.delete(record, by=request.user)

    # History

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        found = changes.entries(
            self.model, record.pk, self.history_parts(), request_scope(request).limit
        )
        page = Paginator(found, 100).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": record},
            "subtitle": None,
            "page": page,
            "object": record,
            "opts": self.opts,
            "module_name": capfirst(self.opts.verbose_name_plural),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def history_parts(self) -> list[tuple[type, str]]:
        """Models of the rows below a record, with the name of the link to it."""
        parts = []
        for inline in self.inlines:
            if issubclass(inline.model, Record):
                link = next(
                    field.name
                    for field in inline.model._meta.fields
                    if field.related_model is self.model
                )
                parts.append((inline.model, inline.fk_name or link))
        return parts


class ListAdmin(GuardedAdmin):
    """A list of choices, kept by administrators and looked up by whoever enters records."""

    list_display = ["__str__", "key", "order"]
    search_fields = ["name_zh", "name_en", "key"]
    ordering = ["order", "key"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def has_add_permission(self, request):
        return request_scope(request).everything

    def has_change_permission(self, request, obj=None):
        return request_scope(request).everything

    def has_delete_permission(self, request, obj=None):
        return request_scope(request).everything

    # Pages everywhere show such lists, and some decide what is counted.

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        counters.touch([None])
        if change and not NAMES_AND_ORDER.issuperset(form.changed_data):
            counters.lists_changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        counters.touch([None])

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        counters.touch([None])
