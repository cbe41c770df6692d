"""What people read when signing does not go through: what happened, what now. Codes come from ``signing.errors``."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid, Refusal, Unavailable
from signing import SigningError

SENTENCES: dict[str, Promise] = {
    "wrong_password": _("The password does not open the key. Nothing was signed; type it again."),
    "too_many_attempts": _("Too many wrong passwords in a row. Wait a moment, then try again; the key is not locked."),
    "unknown_key": _("The signing process does not know this key. Ask the administrator to check the keys."),
    "certificate_expired": _("The certificate has expired. Ask the administrator for a new one before signing."),
    "certificate_not_yet_valid": _("The certificate is not valid yet. Sign after its first day."),
    "certificate_not_trusted": _("The certificate is not trusted or was revoked. Ask the administrator."),
    "encrypted_document": _("The file is encrypted. Upload it again without a password."),
    "damaged_document": _("The file cannot be read safely. Upload a new version of it."),
    "already_signed": _("The file bears this signature already; it is not signed twice."),
    "field_missing": _("The file was not prepared for signing. Return the draft and submit it again."),
    "place_outside_page": _("The place of the signature lies outside the page. Move it onto the page."),
    "seal_refused": _("The seal was refused: the leader's signature is not intact. Do not issue this document."),
    "consent_missing": _("This file was not among those agreed to, or was already used. Agree and sign again."),
    "consent_expired": _("The consent ended after five minutes. Agree and sign again."),
    "text_too_long": _("The number or the date does not fit its place. Return the draft and make the place wider."),
    "text_not_drawable": _("The number or the date holds characters that cannot be written."),
    "bad_image": _("The picture of the signature or the seal cannot be used. Ask the administrator to replace it."),
    "timestamp_unavailable": _("The time-stamp service does not answer. The document is unchanged; sign again later."),
    "signer_unreachable": _("The signing process does not answer. Nothing was signed; tell the administrator."),
    "judged_bad": _(
        "The signed file did not pass its check and was not kept. Nothing was issued; tell the administrator."
    ),
    "file_unreachable": _(
        "The signing process cannot read or write the file. Nothing was signed; tell the administrator."
    ),
    "bad_request": _("The key may not be used for this. Ask the administrator to check what the key is entered for."),
    "bad_configuration": _(
        "The signing process is not set up rightly. Tell the administrator; its log names the line."
    ),
    "soft_key_refused": _("Keys kept in files are not allowed in this office. Ask the administrator for a token."),
    "purpose_not_allowed": _(
        "The key may not be used for this: a personal key never seals, a seal never signs. Tell the administrator."
    ),
    "kind_not_allowed": _("The key may not be used for this kind of document. Ask the administrator which key may."),
    "outside_hours": _("The key may not be used at this hour. Sign during its hours, or ask the administrator."),
    "rate_exceeded": _("The key made as many signatures within an hour as it may. Sign the rest later."),
    "consent_of_another": _("The consent was given by another part of the office. Nothing was signed; agree again."),
    "token_locked": _("The PIN of the token is locked. Ask the administrator to unlock it with its own program."),
    "pin_guarded": _(
        "Too many wrong PINs: the token is not asked any more, so that it does not lock itself. "
        "Ask the administrator to release it."
    ),
    "token_unavailable": _("The token does not answer. Nothing was signed; try again, or tell the administrator."),
    "certificate_revoked": _("The certificate was revoked by its authority. Nothing was signed; ask for a new one."),
    "revocation_unknown": _(
        "The authority does not tell whether the certificate is still good. Nothing was signed; sign again later."
    ),
    "hash_changed": _("The file changed after it was agreed to. Look at it again, then sign."),
}
UNAVAILABLE = {"timestamp_unavailable", "signer_unreachable", "token_unavailable", "revocation_unknown"}
PASSWORD_CODES = {"wrong_password", "too_many_attempts", "token_locked", "pin_guarded"}


def sentence(code: str) -> str | Promise:
    """The sentence for a code; unknown ones name the code, so that somebody can look it up."""
    return SENTENCES.get(code) or _("Signing failed (%(code)s). Nothing was changed; tell the administrator.") % {
        "code": code
    }


def as_refusal(error: SigningError) -> Refusal:
    """The refusal shown to people for an error of the signing library."""
    if error.code in UNAVAILABLE:
        return Unavailable(sentence(error.code), code=error.code)
    field = "key_password" if error.code in PASSWORD_CODES else ""
    return Invalid(sentence(error.code), code=error.code, field=field)
