"""Users and their roles: administrators keep everybody, zone managers their own zone's people."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    UserChangeForm,
)
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zonetrack import changes, security
from zonetrack.admin_base import (
    GuardedAdmin,
    RegisterAdmin,
    RegisterForm,
    RegisterInline,
    RowForm,
    ScopedFilter,
)

from . import grants, people, roles, throttle
from .models import Membership, User
from .scope import Scope, request_scope


class RoleField(forms.ModelChoiceField):
    def label_from_instance(self, group):
        return roles.LABELS.get(group.name, group.name)


class RoleChoices:
    """Form fields in which the four roles are called as the office calls them."""

    managed = True

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "group":
            kwargs["queryset"] = Group.objects.filter(name__in=roles.LABELS).order_by("pk")
            kwargs["form_class"] = RoleField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class MembershipRow(RowForm):
    """A role once given is taken away or kept, not turned into another one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.disabled = bool(self.instance.pk)


class MembershipInline(RoleChoices, RegisterInline):
    model = Membership
    form = MembershipRow
    fields = ["group", "zone", "park"]
    autocomplete_fields = ["zone", "park"]

    def get_queryset(self, request):
        return people.managed_memberships(request_scope(request))

    def has_view_permission(self, request, obj=None):
        return people.manages_people(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class FirstMembershipInline(MembershipInline):
    """The role a zone manager gives together with the account."""

    extra, min_num, max_num, can_delete = 0, 1, 1, False

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class UserForm(UserChangeForm):
    """A person's account, with the version that was open."""

    request = None
    opened = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened"].initial = str(self.instance.version)

    def clean(self):
        cleaned = super().clean()
        if str(self.data.get("opened", "")) != str(self.instance.version):
            raise ValidationError(
                _("Somebody else has changed this person since you opened the form. Open it again.")
            )
        active = cleaned.get("is_active", self.instance.is_active)
        superuser = cleaned.get("is_superuser", self.instance.is_superuser)
        if self.instance.pk == self.request.user.pk and not (active and superuser):
            raise ValidationError(_("You cannot take away your own access. Ask a colleague."))
        if people.is_administrator(self.initial) and not (active and superuser):
            self.refuse_last()
        return cleaned

    def refuse_last(self):
        if not people.other_administrators(self.instance.pk):
            raise ValidationError(_("This is the last administrator. Name another one first."))


class NewUserForm(AdminUserCreationForm):
    """An account with a first password, which its owner changes at the first sign-in."""

    usable_password = None

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "last_name", "first_name", "email")


class PasswordForm(AdminPasswordChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if choice := self.fields.get("usable_password"):
            # Django's own help text is put together before the language is known.
            choice.help_text = _("If disabled, nobody can sign in with this name any more.")


@admin.register(User)
class UserAdmin(GuardedAdmin, DjangoUserAdmin):
    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    object_history_template = "admin/record_history.html"
    list_display = ["username", "full_name", "email", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    filter_horizontal = ()
    actions = ["unlock"]
    readonly_fields = ["last_login", "date_joined"]
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["username", "password", "opened"]}),
        (gettext_lazy("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (
            gettext_lazy("Access"),
            {
                "description": gettext_lazy(
                    "Who has left is made inactive, not deleted: the history keeps the name."
                ),
                "fields": ["is_active", "is_superuser"],
            },
        ),
        (gettext_lazy("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "last_name", "first_name", "email"]}),
        (
            gettext_lazy("First password"),
            {
                "description": gettext_lazy("The person chooses another one at the first sign-in."),
                "fields": ["password1", "password2"],
            },
        ),
    ]

    @admin.display(description=gettext_lazy("Name"))
    def full_name(self, user):
        return user.get_full_name()

    def get_queryset(self, request):
        users = super().get_queryset(request)
        if request_scope(request).everything:
            return users
        own = people.managed_memberships(request_scope(request))
        return users.filter(pk__in=own.values("user"), is_superuser=False)

    def get_object(self, request, object_id, from_field=None):
        """When saving, the account is locked before it is read."""
        person = super().get_object(request, object_id, from_field)
        if person and request.method == "POST" and connection.in_atomic_block:
            User.objects.select_for_update().order_by("pk").filter(pk=person.pk).values(
                "pk"
            ).first()
            person.refresh_from_db()
        return person

    def get_inlines(self, request, obj):
        if obj:
            return [MembershipInline]
        # An account without a role would be seen by no zone manager again.
        return [] if request_scope(request).everything else [FirstMembershipInline]

    def get_fieldsets(self, request, obj=None):
        if obj is None or request_scope(request).everything:
            return super().get_fieldsets(request, obj)
        shown = [(None, {"fields": ["username", "opened"]}), *self.fieldsets[1:]]
        access = self.fieldsets[2][1]["description"]
        shown[2] = (gettext_lazy("Access"), {"description": access, "fields": ["is_active"]})
        return shown

    def get_readonly_fields(self, request, obj=None):
        scope = request_scope(request)
        if scope.everything or obj is None:
            return self.readonly_fields
        fixed = [*self.readonly_fields, "username"]
        if people.governs(scope, obj):
            return fixed
        return [*fixed, "last_name", "first_name", "email", "is_active"]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.request = request
        return form

    def has_module_permission(self, request):
        return people.manages_people(request)

    def has_view_permission(self, request, obj=None):
        return people.manages_people(request)

    has_add_permission = has_module_permission

    def has_change_permission(self, request, obj=None):
        scope = request_scope(request)
        if scope.everything:
            return True
        return people.manages_people(request) and not (
            obj and (obj.is_superuser or obj.pk == scope.user.pk)
        )

    def has_delete_permission(self, request, obj=None):
        return False

    def user_change_password(self, request, id, form_url=""):
        scope = request_scope(request)
        if not people.manages_people(request):
            raise PermissionDenied
        person = self.get_object(request, unquote(id))
        if person is None:
            raise Http404
        if not (scope.everything or people.governs(scope, person)):
            raise PermissionDenied
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            throttle.unlock([person.username])
            security.note_when_stored("password-set", account=person.username)
            if person != request.user:
                User.objects.filter(pk=person.pk).update(must_change_password=True)
        return answer

    @admin.action(
        description=gettext_lazy("Let the selected people sign in again at once"),
        permissions=["change"],
    )
    def unlock(self, request, queryset):
        """After too many wrong passwords. Whose account is not the user's to keep stays locked."""
        scope = request_scope(request)
        names = [one.username for one in queryset if people.governs(scope, one)]
        throttle.unlock(names)
        for name in names:
            security.note("sign-in-unlocked", account=name)
        told = ngettext(
            "%(count)d person may sign in again at once.",
            "%(count)d people may sign in again at once.",
            len(names),
        )
        self.message_user(request, told % {"count": len(names)})

    def save_model(self, request, obj, form, change):
        if not change:
            obj.must_change_password = True
        elif not form.has_changed():
            return
        else:
            obj.version += 1
        if obj.is_superuser:
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        self.tell(obj, form, change)

    def tell(self, person, form, change):
        changed = [name for name in form.changed_data if not name.startswith("password")]
        security.note_when_stored(
            "account-changed" if change else "account-made",
            account=person.username,
            fields=",".join(changed),
            active=person.is_active,
            administrator=person.is_superuser,
        )

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        for row in formset.deleted_objects:
            grants.revoke(row, by=request.user)
        for row in formset.new_objects:
            give(request, row)

    def history_view(self, request, object_id, extra_context=None):
        """What was changed in the account, and each role given and taken away."""
        if not people.manages_people(request):
            raise PermissionDenied
        person = self.get_object(request, unquote(object_id))
        if person is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        entries = history_of(request_scope(request), person)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": person},
            "page": Paginator(entries, 100).get_page(request.GET.get("p")),
            "object": person,
            "opts": self.opts,
            "module_name": capfirst(self.opts.verbose_name_plural),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


def history_of(scope: Scope, person: User) -> list[changes.Entry]:
    """Changes of the account, and the roles given and taken away that the user may see."""
    rows = Membership.history.filter(user=person.pk)
    if not scope.everything:
        rows = rows.filter(people.within(scope))
    name = Membership._meta.verbose_name
    found = [entry for *_order, entry in changes.told(Membership, rows, name, "user")]
    logged = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    )
    found += [of_account(entry) for entry in logged.select_related("user")]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def of_account(entry: LogEntry) -> changes.Entry:
    return changes.Entry(
        at=entry.action_time,
        by=str(entry.user),
        kind="+" if entry.action_flag == ADDITION else "~",
        subject=_("Account"),
        reason=entry.get_change_message(),
        changes=[],
        through="",
        source=None,
        url="",
    )


def give(request, membership) -> Membership:
    return grants.grant(
        membership.user,
        membership.group.name,
        zone=membership.zone,
        park=membership.park,
        by=request.user,
    )


class MembershipForm(RegisterForm):
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        help_text=gettext_lazy("As the person signs in."),
    )

    def clean_username(self):
        known = User.objects.filter(username=self.cleaned_data["username"], is_active=True)
        person = known.filter(is_superuser=False).first()
        if person is None or person == self.request.user:
            raise ValidationError(_("Nobody who could be given a role signs in with this name."))
        self.instance.user = person
        return person.username


@admin.register(Membership)
class MembershipAdmin(RoleChoices, RegisterAdmin):
    form = MembershipForm
    list_display = ["user", "role", "zone", "park"]
    list_filter = [("zone", ScopedFilter), ("park", ScopedFilter)]
    list_select_related = ["user", "group", "zone", "park"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    autocomplete_fields = ["zone", "park"]
    view_on_site = False
    fields = ["username", "group", "zone", "park"]

    @admin.display(description=gettext_lazy("role"))
    def role(self, membership):
        return roles.LABELS.get(membership.group.name, membership.group.name)

    def get_queryset(self, request):
        return people.managed_memberships(request_scope(request))

    def get_fields(self, request, obj=None):
        return ["user", "role", "zone", "park"] if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return ["user", "role", "zone", "park"] if obj else []

    def has_module_permission(self, request):
        return people.manages_people(request)

    def has_view_permission(self, request, obj=None):
        return people.manages_people(request)

    def has_add_permission(self, request):
        return people.manages_people(request)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        if not people.manages_people(request):
            return False
        scope = request_scope(request)
        if obj is None or scope.everything:
            return True
        own = people.managed_memberships(scope).exclude(user=scope.user)
        return own.filter(pk=obj.pk).exists()

    def write(self, request, obj, form):
        kept = give(request, obj)
        obj.pk = kept.pk

    def delete_model(self, request, obj):
        grants.revoke(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for membership in queryset:
            if not self.has_delete_permission(request, membership):
                raise PermissionDenied
            grants.revoke(membership, by=request.user)


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GuardedAdmin):
    """The four roles, to read what each may do. They are part of the product."""

    list_display = ["role", "may_do"]
    fields = readonly_fields = ["role", "may_do"]
    search_fields = ["name"]
    view_on_site = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(name__in=roles.LABELS).order_by("pk")

    @admin.display(description=gettext_lazy("role"))
    def role(self, group):
        return roles.LABELS[group.name]

    @admin.display(description=gettext_lazy("what it allows"))
    def may_do(self, group):
        return MAY_DO[group.name]

    def has_module_permission(self, request):
        return people.manages_people(request)

    def has_view_permission(self, request, obj=None):
        return people.manages_people(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


MAY_DO = {
    roles.READER: gettext_lazy("Browses and exports what is granted."),
    roles.STAFF: gettext_lazy(
        "Enters records and yearly returns of the own parks while the year is open."
    ),
    roles.OFFICER: gettext_lazy("Reads and exports the figures of the granted zones."),
    roles.MANAGER: gettext_lazy(
        "Does all of these in the own zone, approves returns, opens and closes years, "
        "sets targets and published figures, gives people their roles."
    ),
}
