"""The addresses of accounts, in the words of the reader's language.

Only those of django-allauth's views that this site offers.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as provider
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _

from accounts import views

second_factor = [
    path("", factors.index, name="mfa_index"),
    path(_("prove/"), factors.authenticate, name="mfa_authenticate"),
    path(_("prove-again/"), factors.reauthenticate, name="mfa_reauthenticate"),
    path(_("app/"), totp.activate_totp, name="mfa_activate_totp"),
    path(_("app/remove/"), totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(_("codes/"), recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        _("codes/new/"), recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        _("codes/file/"),
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(_("keys/"), webauthn.list_webauthn, name="mfa_list_webauthn"),
    path(_("keys/add/"), webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(_("keys/prove/"), webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path(_("keys/<int:pk>/remove/"), webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path(_("keys/<int:pk>/edit/"), webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]

pages = [
    path(_("sign-in/"), account.login, name="account_login"),
    path(_("sign-out/"), account.logout, name="account_logout"),
    path(_("inactive/"), account.account_inactive, name="account_inactive"),
    path(_("confirm/"), account.reauthenticate, name="account_reauthenticate"),
    path(_("email/"), account.email, name="account_email"),
    path(_("email/sent/"), account.email_verification_sent, name="account_email_verification_sent"),
    re_path(_(r"^email/(?P<key>[-:\w]+)/$"), account.confirm_email, name="account_confirm_email"),
    path(_("password/"), account.password_change, name="account_change_password"),
    path(_("password/first/"), account.password_set, name="account_set_password"),
    path(_("password/lost/"), account.password_reset, name="account_reset_password"),
    path(_("password/lost/sent/"), account.password_reset_done, name="account_reset_password_done"),
    re_path(
        _(r"^password/lost/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"),
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        _("password/changed/"),
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(_("second-factor/"), include(second_factor)),
    path(_("provider/"), provider.connections, name="socialaccount_connections"),
    path(_("provider/cancelled/"), provider.login_cancelled, name="socialaccount_login_cancelled"),
    path(_("provider/error/"), provider.login_error, name="socialaccount_login_error"),
    path(_("provider/unknown/"), provider.signup, name="socialaccount_signup"),
    path(_("invitation/<str:token>/"), views.invitation, name="invitation"),
    path(_("invitation/<int:pk>/accept/"), views.accept, name="invitation_accept"),
    path(_("language/"), views.language, name="account_language"),
]

urlpatterns = [
    path(_("my-space/"), views.my_space, name="my_space"),
    path(_("account/"), include(pages)),
]
