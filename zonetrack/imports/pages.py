"""Pages of imports inside the admin: choose, upload, look, confirm, undo, look back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zonetrack.access.scope import request_scope
from zonetrack.files.names import clean_name
from zonetrack.years.closing import ClosedYear

from . import access, remembering, shown, steps, undoing
from .columns import NOT_READ
from .context import Context
from .forms import Place, Upload
from .models import Import
from .reading import LIMITS, Unusable
from .registers import BY_KEY
from .told import Status
from .units import MONEY
from .workbooks import annotated_workbook, template_workbook

ROWS_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "xlsx": XLSX,
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
}


def page(request, template: str, title: str, **context):
    return TemplateResponse(
        request,
        f"imports/{template}.html",
        {**admin.site.each_context(request), "title": title, "limits": limits()} | context,
    )


def limits() -> dict:
    return {"megabytes": LIMITS.bytes // 2**20, "rows": LIMITS.rows, "columns": LIMITS.columns}


def register_or_404(request, key: str):
    register = BY_KEY.get(key)
    if register is None:
        raise Http404
    if not register.may_import(Context(request_scope(request))):
        raise PermissionDenied
    return register


def import_or_404(request, pk: int) -> Import:
    return request_scope(request).get_or_404(access.imports_for(request_scope(request)), pk=pk)


def context_of(request, row: Import) -> Context:
    return steps.context_of(row, request_scope(request))


# All imports


@require_GET
def imports(request):
    scope = request_scope(request)
    rows = access.imports_for(scope).defer("result", "reading")
    found = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    for row in found:
        row.title = BY_KEY[row.register].title if row.register in BY_KEY else row.register
    return page(
        request,
        "list",
        _("Import from spreadsheets"),
        registers=access.registers_for(scope),
        page_obj=found,
        query="",
    )


def new(request, register: str):
    register = register_or_404(request, register)
    scope = request_scope(request)
    if request.method != "POST":
        form = Upload(scope=scope, register=register, initial=asked(request))
        return upload_page(request, register, form)
    form = Upload(request.POST, request.FILES, scope=scope, register=register)
    if getattr(request, "too_large", False):
        form.errors.pop("file", None)
        form.add_error(
            "file",
            _("The file is larger than %(most)d MB. Divide it, or remove pictures from it.")
            % {"most": LIMITS.bytes // 2**20},
        )
    if not form.is_valid():
        return upload_page(request, register, form, status=400)
    given = form.cleaned_data["file"]
    name = clean_name(given.name, given.name.rpartition(".")[2].lower()[:8] or "csv")
    try:
        row = steps.begin(
            register,
            name,
            given.read(),
            context=form.context(),
            by=request.user,
            at=timezone.now(),
        )
    except Unusable as refusal:
        form.add_error("file", refusal.sentence)
        return upload_page(request, register, form, status=400)
    return HttpResponseRedirect(reverse("import", args=[row.pk]))


def asked(request) -> dict:
    """Place and year named in the address, as links from other pages have them."""
    return {
        name: int(value)
        for name in ("zone", "park", "year")
        if (value := request.GET.get(name, "")).isascii() and value.isdigit() and len(value) < 10
    }


def upload_page(request, register, form, status: int = 200):
    response = page(
        request,
        "new",
        _("Import: %(register)s") % {"register": register.title},
        register=register,
        form=form,
        fields=[field for field in register.fields if field.key != "record"],
    )
    response.status_code = status
    return response


@require_GET
def template(request, register: str):
    register = register_or_404(request, register)
    form = Place(request.GET, scope=request_scope(request), register=register)
    context = form.context() if form.is_valid() else Context(request_scope(request))
    title, content = template_workbook(register, context)
    return download(f"{title}.xlsx", content, XLSX)


def download(name: str, content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# One import


@require_GET
def one(request, pk: int):
    row = import_or_404(request, pk)
    if row.register not in BY_KEY:
        raise Http404
    tab = request.GET.get("show", "")
    tabs = shown.tabs_of(row, tab)
    if not any(one["current"] for one in tabs):
        tab = Status.ERROR if row.counts.get("error") else "all"
        tabs = shown.tabs_of(row, tab)
    found = Paginator(shown.rows_of(row, tab), ROWS_A_PAGE).get_page(request.GET.get("page"))
    scope = request_scope(request)
    checked = row.state == Import.State.CHECKED
    problems = [shown.ShownProblem(*one) for one in row.result.get("problems", [])]
    return page(
        request,
        "one",
        row.file.name,
        row=row,
        register=BY_KEY[row.register],
        tabs=tabs,
        tab=tab,
        query=f"show={tab}",
        page_obj=found,
        rows=[shown.shown_row(told, BY_KEY[row.register]) for told in found],
        problems=problems,
        unreadable=any(one.level == "error" for one in problems),
        columns=shown.columns_of(row),
        field_options=shown.field_options(row),
        unit_options=shown.unit_options(),
        skipped=shown.skipped_of(row),
        moving=row.counts.get("new", 0) + row.counts.get("changed", 0),
        may_store=checked and access.may_store(scope, row),
        may_undo=row.state == Import.State.APPLIED and access.may_undo(scope, row),
        undone=row.result.get("undone"),
    )


@require_POST
def columns(request, pk: int):
    """Another sheet, or columns that somebody has put right; the dry run is made anew."""
    row = to_store(request, pk)
    sheet = request.POST.get("sheet", "")
    if sheet in row.reading.get("sheets", []) and sheet != row.reading.get("sheet"):
        row.reading = {"sheet": sheet, "columns": {}}
    else:
        row.reading["columns"] = chosen(request, row)
        remembering.remember(row, by=request.user, at=timezone.now())
    try:
        steps.check(row, context_of(request, row))
    except (steps.NotNow, Unusable) as refusal:
        messages.error(request, str(refusal))
    return back(row)


def chosen(request, row: Import) -> dict:
    fields = {field.key for field in BY_KEY[row.register].fields}
    found = {}
    for head in row.reading.get("heads", []):
        field = request.POST.get(f"field-{head['letter']}", "")
        unit = request.POST.get(f"unit-{head['letter']}", "")
        found[head["letter"]] = {
            "field": field if field in fields else NOT_READ,
            "unit": unit if unit in MONEY else "",
        }
    return found


def to_store(request, pk: int) -> Import:
    row = import_or_404(request, pk)
    if not access.may_store(request_scope(request), row):
        raise PermissionDenied
    return row


def back(row: Import):
    return HttpResponseRedirect(reverse("import", args=[row.pk]))


@require_POST
def confirm(request, pk: int):
    row = to_store(request, pk)
    try:
        row = steps.confirm(
            row,
            context_of(request, row),
            by=request.user,
            at=timezone.now(),
            good_rows_only=request.POST.get("rows") == "good",
        )
    except (steps.NotStored, steps.NotNow, Unusable) as refusal:
        messages.error(request, str(refusal))
    except OperationalError:
        messages.error(request, _("Somebody else is storing the same records. Try again."))
    else:
        if row.state == Import.State.APPLIED:
            messages.success(request, _("The import is stored."))
    return back(row)


@require_POST
def undo(request, pk: int):
    row = import_or_404(request, pk)
    if row.state == Import.State.APPLIED and not access.may_undo(request_scope(request), row):
        raise PermissionDenied
    try:
        row = undoing.undo(row, by=request.user, at=timezone.now())
    except (steps.NotNow, ClosedYear) as refusal:
        messages.error(request, str(refusal))
    except OperationalError:
        messages.error(request, _("Somebody else is storing the same records. Try again."))
    else:
        messages.success(request, _("The import is undone."))
    return back(row)


@require_GET
def file(request, pk: int):
    row = import_or_404(request, pk)
    kind = KINDS.get(row.file.kind, "application/octet-stream")
    return download(row.file.name, bytes(row.file.content), kind)


@require_GET
def annotated(request, pk: int):
    row = import_or_404(request, pk)
    stem = row.file.name.rpartition(".")[0] or row.file.name
    name = _("%(file)s with errors") % {"file": stem}
    try:
        content = annotated_workbook(row)
    except Unusable as refusal:  # larger than a page reads: it came from the command line
        messages.error(request, str(refusal))
        return back(row)
    return download(f"{name}.xlsx", content, XLSX)
