"""What people read when signing does not go through, and why a signature is judged as it is.

The codes come from ``signing.errors`` and ``signing.verdicts``, and from the reading of a file in a limited child.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid, Refusal, Unavailable
from signing import SigningError
from signing.errors import TimestampUnavailable

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
    "not_judged": _("The signatures could not be checked in time, so nothing was kept. Try again in a moment."),
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
REASONS: dict[str, Promise] = {
    # altered, or made to look like something else
    "digest_mismatch": _("The signed content was changed after signing."),
    "signature_wrong": _("The signature does not belong to this content or this certificate."),
    "byte_range": _("The signature does not say properly which bytes it covers."),
    "coverage": _("The signature covers only a part of the file."),
    "forbidden_change": _("The document was changed after signing in a way the signature does not allow."),
    "shown_differently": _("The pages look different from what was signed, outside the places left open."),
    "unexplained_change": _("Something was added after signing that could not be explained."),
    "trailing_bytes": _("Something was appended after the end of the file."),
    "unexplained_bytes": _("The file holds bytes between its versions that nothing explains."),
    "hidden_bytes": _("Something is hidden in the room kept for a signature."),
    "unsigned_field_shown": _("An unsigned field shows content over the page."),
    "timestamp_shown": _("A time stamp added after signing shows content over the page."),
    "content_covered": _("A field added after signing covers what was signed."),
    "text_differs_from_value": _("A field shows other words than it holds."),
    "text_without_appearance": _("A form field shows something that could not be compared with its value."),
    "signature_shared": _("One signature is used in two places."),
    "field_name_twice": _("Two fields bear the same name."),
    "not_compared": _("The pages could not be compared with what was signed."),
    # who signed, and when
    "revoked": _("The certificate was revoked before the document was signed."),
    "revoked_later": _("The certificate was revoked, and nothing proves that the document was signed before."),
    "revocation_unknown": _("Whether the certificate was revoked could not be checked."),
    "revocation_not_checked": _("Nobody said whether the certificate was revoked; it is taken as not revoked."),
    "certificate_expired": _("The certificate had expired, and nothing proves that the document was signed before."),
    "certificate_not_yet_valid": _("The certificate was not valid yet when the document was signed."),
    "untrusted_issuer": _("The issuer of the certificate is not among those trusted here."),
    "wrong_key_usage": _("The certificate is not meant for signing documents."),
    "weak_algorithm": _("The signature uses a method that is no longer safe."),
    "timestamp_wrong": _("The time stamp does not belong to this signature."),
    "timestamp_untrusted": _("The time stamp's issuer is not among those trusted here."),
    "trust_unreadable": _("A list of certificates to trust could not be read."),
    # what could be read
    "unsigned": _("The file bears no signature."),
    "encrypted": _("The file is encrypted and could not be checked."),
    "format": _("The file is not built as it should be, so it could not be checked in full."),
    "lax_format": _("The file could be read only with leniency."),
    "hybrid_format": _("The file is built for old and new programs at once; the new form was judged."),
    "unsupported_format": _("The signature is of a kind that is not checked here."),
    "too_many_signatures": _("There are more signatures than are checked."),
    "not_found": _("There is no such file."),
    "not_a_file": _("This is a folder or a device, not a file."),
    "not_readable": _("The file may not be read."),
    "refused_empty": _("The file is empty."),
    "refused_too_large": _("The file is too large."),
    "refused_encrypted": _("The file is encrypted and could not be checked."),
    "refused_damaged": _("The file is damaged and could not be checked."),
    "refused_truncated": _("The end of the file is missing."),
    "refused_wrong_kind": _("This is not a PDF file."),
    "refused_macro": _("The file carries program code."),
    "refused_bomb": _("Checking the file would need more memory or work than is allowed."),
    "refused_timeout": _("Checking the file took too long and was ended."),
    "refused_too_many_pages": _("The file has too many pages."),
    "refused_no_such_page": _("The file is damaged and could not be checked."),
    "refused_not_installed": _("A program needed for the check is missing."),
}
"""Why a signature or a file is judged as it is, by the code of the reason."""
UNAVAILABLE = {"timestamp_unavailable", "signer_unreachable", "token_unavailable", "revocation_unknown"}
PASSWORD_CODES = {"wrong_password", "too_many_attempts", "token_locked", "pin_guarded"}


def sentence(code: str) -> str | Promise:
    """The sentence for a code; unknown ones name the code, so that somebody can look it up."""
    return SENTENCES.get(code) or _("Signing failed (%(code)s). Nothing was changed; tell the administrator.") % {
        "code": code
    }


def reason(code: str) -> str | Promise:
    """The sentence for the code of a reason; an unknown code stands for itself."""
    return REASONS.get(code, code)


def as_refusal(error: SigningError) -> Refusal:
    """The refusal shown to people for an error of the signing library."""
    if isinstance(error, TimestampUnavailable) and error.authorities:
        named = _("The time-stamp service %(name)s does not answer. The document is unchanged; sign again later.")
        return Unavailable(named % {"name": ", ".join(error.authorities)}, code=error.code)
    if error.code in UNAVAILABLE:
        return Unavailable(sentence(error.code), code=error.code)
    field = "key_password" if error.code in PASSWORD_CODES else ""
    return Invalid(sentence(error.code), code=error.code, field=field)
