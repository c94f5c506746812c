"""Signing in with a password, and changing it; the first one is somebody else's.

Its owner chooses another one before anything else.
"""

from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zonetrack import security

# Addresses that stay open until then.
OPEN = ("password", "sign-in", "sign-out", "set_language")
LONGEST = 1000
# What is left of a password that is the product's or the office's name with some signs added.
NAMES = {"zonetrack", "kaifaqu", "gaoxinqu", "jingkaiqu", "guanweihui", "开发区", "管委会"}


class NotTooLong:
    """Nobody types so much; hashing it would only cost the server time."""

    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self):
        return _("The password may have at most %(count)d characters.") % {"count": LONGEST}


class NotItsName:
    """The first guesses of whoever knows which program and office this is."""

    def validate(self, password, user=None):
        letters = "".join(sign for sign in password.casefold() if sign.isalpha())
        if letters in NAMES:
            raise ValidationError(self.get_help_text(), code="password_too_common")

    def get_help_text(self):
        return _("The password cannot be the name of this program or of an office.")


class SignInForm(AuthenticationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].validators.append(MaxLengthValidator(LONGEST))


class SignIn(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True


class OwnPasswordForm(PasswordChangeForm):
    request = None

    def clean_old_password(self):
        """Counted as a sign-in is: an open session is no leave to guess the password."""
        typed = self.cleaned_data["old_password"]
        found = authenticate(self.request, username=self.user.get_username(), password=typed)
        if found != self.user:
            error = self.error_messages["password_incorrect"]
            raise ValidationError(error, code="password_incorrect")
        return typed

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

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.request = self.request
        return form

    def form_valid(self, form):
        answer = super().form_valid(form)
        security.note("password-changed", request=self.request)
        return answer


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
        if getattr(request, "vouched_for", ""):
            # Signed on by a proxy, without any password of ours.
            return None
        if request.user.is_authenticated and request.user.must_change_password:
            return redirect("password")
        return None
