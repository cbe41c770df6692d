"""What people read when a key elsewhere does not sign; joins the other sentences where it is imported."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.signatures.sentences import SENTENCES, UNAVAILABLE

#: codes of ``signing.errors``
ELSEWHERE: dict[str, Promise] = {
    "preparation_used": _("This consent was answered already. Each consent is answered once."),
    "preparation_expired": _("The prepared file waited too long. Agree and sign again."),
    "preparation_changed": _("The file changed after it was prepared. Look at it again, then sign."),
    "wrong_signature": _("What came back is not the signature of this certificate over this file. Nothing was signed."),
    "remote_unavailable": _("The remote signing service does not answer. Nothing was signed; sign again later."),
    "remote_refused": _("The remote signing service refused. Tell the administrator; nothing was signed."),
    "holder_refused": _("The signature was refused on the telephone. Nothing was signed."),
    "holder_silent": _("Nobody confirmed in time on the telephone. Nothing was signed; sign again."),
    "transaction_used": _("The remote signing service says that this was signed already. Sign again."),
    "declined": _("You decided not to sign. Nothing was signed."),
    "other_person": _("This consent was given by somebody else."),
}
#: codes of ``edocs_sign.errors``, as the page of the token says them
AT_THE_TOKEN: dict[str, Promise] = {
    "unsigned": _("The signing program does not know this server. Save its file of settings anew."),
    "other_server": _("The signing program is set up for another address of this office. Save its file anew."),
    "other_person": _("The signing program on this computer is set up for somebody else."),
    "expired": _("The request came too late, or the clock of this computer is wrong."),
    "used": _("This request was used already. Start again."),
    "busy": _("The signing program is asking for a PIN already. Finish there first."),
    "declined": _("You decided not to sign. Nothing was signed."),
    "wrong_pin": _("The PIN is wrong. Nothing was signed; start again."),
    "pin_guarded": _("Three wrong PINs in a row. Start the signing program again, and be sure of your PIN."),
    "pin_locked": _("The PIN of the token is locked. Ask the administrator to unlock it."),
    "token_missing": _("No token was found. Plug it in and start again."),
    "certificate_missing": _("The token does not hold the certificate entered for you."),
    "token_failed": _("The token does not answer. Unplug it, plug it in and start again."),
    "wrong_code": _("The code is wrong or too old. Ask for a new one."),
    "too_many_codes": _("Too many codes were asked for. Wait an hour."),
    "bad_request": _("The signing program did not understand the request. Install the version of this office."),
}

SENTENCES.update(ELSEWHERE)
UNAVAILABLE.add("remote_unavailable")
