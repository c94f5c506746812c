"""Users and their roles: administrators keep everybody, zone managers their own zone's people."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zonetrack.admin_base import (
    GuardedAdmin,
    RegisterAdmin,
    RegisterForm,
    RegisterInline,
    RowForm,
    ScopedFilter,
)

from . import grants, roles
from .models import Membership, User
from .scope import request_scope


def manages_people(request) -> bool:
    scope = request_scope(request)
    return scope.everything or bool(scope.park_ids_as(roles.MANAGER))


def managed_memberships(request):
    """Memberships in the zones and parks the user manages, without those of administrators."""
    scope = request_scope(request)
    if scope.everything:
        return Membership.objects.all()
    parks = scope.park_ids_as(roles.MANAGER)
    own = Q(zone__in=scope.managed_zone_ids) | Q(park__in=parks)
    return Membership.objects.filter(own, user__is_superuser=False)


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
        return managed_memberships(request)

    def has_view_permission(self, request, obj=None):
        return manages_people(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class UserForm(UserChangeForm):
    request = None

    def clean(self):
        cleaned = super().clean()
        own = self.instance.pk == self.request.user.pk
        if own and not (cleaned.get("is_active", True) and cleaned.get("is_superuser", True)):
            raise ValidationError(_("You cannot take away your own access. Ask a colleague."))
        return cleaned


class PasswordForm(AdminPasswordChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if choice := self.fields.get("usable_password"):
            # Django's own help text is put together before the language is known.
            choice.help_text = _("If disabled, nobody can sign in with this name any more.")


@admin.register(User)
class UserAdmin(GuardedAdmin, DjangoUserAdmin):
    form = UserForm
    change_password_form = PasswordForm
    list_display = ["username", "full_name", "email", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "date_joined"]
    view_on_site = False
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
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
    person = [(None, {"fields": ["username", "last_name", "first_name", "email", "is_active"]})]

    @admin.display(description=gettext_lazy("Name"))
    def full_name(self, user):
        return user.get_full_name()

    def get_queryset(self, request):
        users = super().get_queryset(request)
        if request_scope(request).everything:
            return users
        return users.filter(pk__in=managed_memberships(request).values("user"), is_superuser=False)

    def get_inlines(self, request, obj):
        return [MembershipInline] if obj else []

    def get_fieldsets(self, request, obj=None):
        if obj and not request_scope(request).everything:
            return self.person
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        if request_scope(request).everything:
            return self.readonly_fields
        return [*self.readonly_fields, *self.person[0][1]["fields"]]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.request = request
        return form

    def has_module_permission(self, request):
        return manages_people(request)

    def has_view_permission(self, request, obj=None):
        return manages_people(request)

    def has_add_permission(self, request):
        return request_scope(request).everything

    def has_change_permission(self, request, obj=None):
        if request_scope(request).everything:
            return True
        return manages_people(request) and not (obj and obj.is_superuser)

    def has_delete_permission(self, request, obj=None):
        return False

    def user_change_password(self, request, id, form_url=""):
        if not request_scope(request).everything:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_model(self, request, obj, form, change):
        """Zone managers change a person's roles only."""
        if not request_scope(request).everything:
            return
        if obj.is_superuser:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        for row in formset.deleted_objects:
            grants.revoke(row, by=request.user)
        for row in formset.new_objects:
            give(request, row)


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
        help_text=gettext_lazy("As the person signs in. An administrator makes the account."),
    )

    def clean_username(self):
        people = User.objects.filter(username=self.cleaned_data["username"], is_active=True)
        person = people.filter(is_superuser=False).first()
        if person is None:
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
        return managed_memberships(request)

    def get_fields(self, request, obj=None):
        return ["user", "role", "zone", "park"] if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return ["user", "role", "zone", "park"] if obj else []

    def has_module_permission(self, request):
        return manages_people(request)

    def has_view_permission(self, request, obj=None):
        return manages_people(request)

    def has_add_permission(self, request):
        return manages_people(request)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        if not manages_people(request):
            return False
        return obj is None or managed_memberships(request).filter(pk=obj.pk).exists()

    def write(self, request, obj, form):
        kept = give(request, obj)
        obj.pk = kept.pk

    def delete_model(self, request, obj):
        grants.revoke(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for membership in queryset:
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
        return manages_people(request)

    def has_view_permission(self, request, obj=None):
        return manages_people(request)

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
