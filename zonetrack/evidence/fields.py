"""The fields by which the form of a record takes files and lets them go."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zonetrack.admin_base import RegisterForm, RowForm, could_be
from zonetrack.files import kinds
from zonetrack.files.models import LARGEST
from zonetrack.lists.listing import address

from . import keeping
from .models import Attachment, owner_column

FIELDS = ("evidence_removed", "evidence_files", "evidence_label")
FIELDSET = (gettext_lazy("Evidence"), {"fields": FIELDS})
MOST_AT_ONCE = 10


def told(row: Attachment) -> str:
    """Kind, size, who added it and when, in one line."""
    file = row.file
    moment = date_format(timezone.localtime(file.added_at), "SHORT_DATETIME_FORMAT")
    who = str(file.added_by or _("the system"))
    return " · ".join([file.kind.upper(), filesizeformat(file.size), who, moment])


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self):
        super().__init__({"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.ofd"})


class FilesField(forms.FileField):
    """Several files at once; the cleaned value is a list of pairs of name and content."""

    widget = FilesInput

    def clean(self, data, initial=None):
        chosen = [each for each in data or [] if each]
        if len(chosen) > MOST_AT_ONCE:
            raise ValidationError(_("Choose at most %(n)d files at once.") % {"n": MOST_AT_ONCE})
        return [(file.name, looked_at(file)) for file in chosen]

    def has_changed(self, initial, data):
        return bool(data)


def looked_at(file) -> bytes:
    """The bytes of a file that may be kept. Raises ValidationError with its name and the reason."""
    try:
        if file.size > LARGEST:
            raise ValidationError(_("%(file)s: a file may have 10 MB.") % {"file": file.name})
        file.seek(0)
        content = file.read()
        kinds.examine(content)
    except kinds.Refused as refusal:
        text = _("%(file)s: %(sentence)s") % {"file": file.name, "sentence": refusal.sentence}
        raise ValidationError(text) from refusal
    return content


class FileList(forms.CheckboxSelectMultiple):
    def render(self, name, value, attrs=None, renderer=None):
        if not list(self.choices):
            return _("None yet.")
        return super().render(name, value, attrs, renderer)


class KeptFiles(forms.ModelMultipleChoiceField):
    widget = FileList

    def clean(self, value):
        for key in value or ():
            if not could_be(Attachment._meta.pk, key):
                raise ValidationError(_("This file is not one of the record's."))
        return super().clean(value)

    def label_from_instance(self, row):
        link = format_html('<a href="{}">{}</a>', address("evidence", row.pk), row.file.name)
        label = format_html(" · {}", row.label) if row.label else ""
        return format_html("{}{} · {}", link, label, told(row))


class EvidenceFields(forms.Form):
    """Mixed into the form of an owner; `keep_files` follows once the owner is stored."""

    evidence_removed = KeptFiles(
        label=gettext_lazy("Files"),
        queryset=Attachment.objects.none(),
        required=False,
        help_text=gettext_lazy("Tick a file to remove it, and say why below."),
    )
    evidence_files = FilesField(
        label=gettext_lazy("Add files"),
        required=False,
        help_text=gettext_lazy("PDF, JPG, PNG, DOCX, XLSX or OFD, up to 10 MB each."),
    )
    evidence_label = forms.CharField(
        label=gettext_lazy("What they are"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For example: certificate, notice of recognition."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "evidence_removed" in self.fields:
            rows = self.instance.attachments.select_related("file__added_by")
            self.fields["evidence_removed"].queryset = rows.defer("file__content")

    @property
    def touches_files(self) -> bool:
        return bool({"evidence_removed", "evidence_files"} & set(self.changed_data))

    def keep_files(self, request, reason: str) -> None:
        owner, by, at = self.instance, request.user, timezone.now()
        for row in self.cleaned_data.get("evidence_removed") or ():
            keeping.remove(row, by=by, reason=reason)
        label = self.cleaned_data.get("evidence_label", "")
        for name, content in self.cleaned_data.get("evidence_files") or ():
            row, is_new = keeping.attach(
                owner, name, content, label=label, by=by, reason=reason, at=at
            )
            if not is_new:
                text = _("The record has this file already: %(file)s") % {"file": row.file}
                messages.info(request, text)


class EvidenceForm(EvidenceFields, RegisterForm):
    pass


class EvidenceRowForm(EvidenceFields, RowForm):
    pass


class WithEvidence:
    """Mixed into the admin of an owner, or of a record that has owners in rows below it."""

    # The link by which the history finds the files of this record and of its rows.
    evidence_link = ""

    def get_fieldsets(self, request, obj=None):
        """Without the fields for files where the record may only be looked at."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [each for each in found if each is not FIELDSET]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        rows = (row for formset in formsets for row in formset.forms)
        for each in (form, *rows):
            if isinstance(each, EvidenceFields) and each.touches_files and is_kept(each):
                each.keep_files(request, self.reason(form))

    def history_parts(self):
        link = self.evidence_link or owner_column(self.model())
        return [*super().history_parts(), (Attachment, link)]


def is_kept(form) -> bool:
    """Whether the record of a form still stands once the form is saved."""
    return form.instance.pk is not None and not form.cleaned_data.get("DELETE")
