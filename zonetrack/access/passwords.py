"""The first password is somebody else's; its owner chooses another one before anything else."""

from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# Addresses that stay open until then.
OPEN = ("password", "sign-in", "sign-out", "set_language")


class OwnPasswordForm(PasswordChangeForm):
    def clean_new_password1(self):
        chosen = self.cleaned_data.get("new_password1", "")
        if self.user.check_password(chosen):
            raise ValidationError(_("Choose a password that you do not have already."))
        return chosen

    def save(self, commit=True):
        self.user.must_change_password = False
        return super().save(commit)


class OwnPassword(PasswordChangeView):
    form_class = OwnPasswordForm


class AskForOwnPassword:
    """Leads whoever signed in with a password of somebody else to the page where it is changed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        needs_sign_in = getattr(view, "login_required", True)
        if not needs_sign_in or request.resolver_match.view_name in OPEN:
            return None
        if request.user.is_authenticated and request.user.must_change_password:
            return redirect("password")
        return None
