"""The few ways in which signing can fail, each with a stable code.

Foreign exceptions (pyHanko, pikepdf, OpenSSL, sockets) never leave this library.  No message, argument
or cause ever carries a password: where a password is in reach, errors are raised ``from None``.
"""

from __future__ import annotations

from typing import ClassVar


class SigningError(Exception):
    """Base of all errors of this library.

    ``code`` is stable and machine readable; ``detail`` is one English sentence for the log.  The words
    shown to people are chosen by the caller from ``code``.
    """

    code: ClassVar[str] = "signing_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail or self.code


class WrongPassword(SigningError):
    """The password does not open the key."""

    code = "wrong_password"


class TooManyAttempts(SigningError):
    """Too many wrong passwords in a row: wait ``retry_after`` seconds, then try again."""

    code = "too_many_attempts"

    def __init__(self, detail: str = "", retry_after: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class UnknownKey(SigningError):
    """No key with this name, or the key file cannot be read."""

    code = "unknown_key"


class CertificateExpired(SigningError):
    """The signer's certificate has ended (R-SIG-6)."""

    code = "certificate_expired"


class CertificateNotYetValid(SigningError):
    """The signer's certificate has not begun (R-SIG-6)."""

    code = "certificate_not_yet_valid"


class CertificateNotTrusted(SigningError):
    """The certificate has no path to a trusted root, is revoked, or is not meant for signing."""

    code = "certificate_not_trusted"


class EncryptedDocument(SigningError):
    """The PDF is encrypted; official documents are never encrypted."""

    code = "encrypted_document"


class DamagedDocument(SigningError):
    """The bytes are not a PDF that can be read safely."""

    code = "damaged_document"


class AlreadySigned(SigningError):
    """The file or the field bears a signature already; signed bytes are never rewritten (R-SIG-8)."""

    code = "already_signed"


class FieldMissing(SigningError):
    """The PDF lacks a field that the preparation should have made."""

    code = "field_missing"


class PlaceOutsidePage(SigningError):
    """A place (of signature, seal, number or date) does not lie on a page of the document."""

    code = "place_outside_page"


class SealRefused(SigningError):
    """The seal may not be set: the leader's signature is absent or not intact (Decree 30/2020, Art. 32)."""

    code = "seal_refused"


class ConsentMissing(SigningError):
    """The file is not on the list the holder of the key agreed to, or was used already."""

    code = "consent_missing"


class ConsentExpired(SigningError):
    """The consent is older than five minutes, or unknown."""

    code = "consent_expired"


class FileUnreachable(SigningError):
    """A file to be signed cannot be read, or its signed form cannot be written."""

    code = "file_unreachable"


class TextTooLong(SigningError):
    """A text does not fit its field at a legible size."""

    code = "text_too_long"


class TextNotDrawable(SigningError):
    """A text holds characters the fill font does not have."""

    code = "text_not_drawable"


class BadImage(SigningError):
    """The picture of a signature or seal cannot be used."""

    code = "bad_image"


class TimestampUnavailable(SigningError):
    """No time stamp could be had from the time-stamping ``authorities`` (names of their machines)."""

    code = "timestamp_unavailable"

    def __init__(self, detail: str = "", authorities: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.authorities = authorities


class SignerUnreachable(SigningError):
    """The signing process does not answer."""

    code = "signer_unreachable"


class BadRequest(SigningError):
    """A message to the signing process was not understood."""

    code = "bad_request"


class PreparationUsed(SigningError):
    """A prepared signature was finished already, or is being finished; each serves once."""

    code = "preparation_used"


class PreparationExpired(SigningError):
    """A prepared signature waited longer than it may."""

    code = "preparation_expired"


class PreparationChanged(SigningError):
    """The prepared file, or the file it was made from, is not the one that was prepared."""

    code = "preparation_changed"


class WrongSignature(SigningError):
    """A signature that came from elsewhere was not made by this certificate over this document."""

    code = "wrong_signature"


class RemoteUnavailable(SigningError):
    """A remote signing service does not answer, or answers what cannot be understood."""

    code = "remote_unavailable"


class RemoteRefused(SigningError):
    """A remote signing service refused: credentials, rights, or a field it does not accept."""

    code = "remote_refused"


class HolderRefused(SigningError):
    """The holder of the key refused on the telephone, or gave a wrong PIN or one-time password."""

    code = "holder_refused"


class HolderSilent(SigningError):
    """The holder of the key did not confirm in time."""

    code = "holder_silent"


class TransactionUsed(SigningError):
    """A transaction of a remote signing service, or its authorisation, was used already."""

    code = "transaction_used"


class BadConfiguration(SigningError):
    """The configuration of the signing process says something that cannot be, or leaves something out."""

    code = "bad_configuration"


class SoftKeyRefused(SigningError):
    """The key lies in a password-protected file, which this office does not allow."""

    code = "soft_key_refused"


class PurposeNotAllowed(SigningError):
    """The key is entered for another purpose: a personal key never seals, a seal never signs for a person."""

    code = "purpose_not_allowed"


class KindNotAllowed(SigningError):
    """The key may not be used for a document of this kind."""

    code = "kind_not_allowed"


class OutsideHours(SigningError):
    """The key may not be used at this hour or on this day."""

    code = "outside_hours"


class RateExceeded(SigningError):
    """The key made as many signatures within an hour as it may."""

    code = "rate_exceeded"


class ConsentOfAnother(SigningError):
    """The consent was given to another user of this machine."""

    code = "consent_of_another"


class TokenLocked(SigningError):
    """The token itself says that its PIN is locked."""

    code = "token_locked"


class PinGuarded(SigningError):
    """So many wrong PINs were given that the token is not asked any more, before it locks itself."""

    code = "pin_guarded"


class TokenUnavailable(SigningError):
    """The token is not there, its library crashed or does not answer."""

    code = "token_unavailable"


class CertificateRevoked(SigningError):
    """The authority says that the certificate, or one above it, was revoked."""

    code = "certificate_revoked"


class RevocationUnknown(SigningError):
    """Neither OCSP nor a revocation list tells whether the certificate is revoked (R-SIG-7)."""

    code = "revocation_unknown"


def error_for(code: str, detail: str, retry_after: float = 0.0, authorities: tuple[str, ...] = ()) -> SigningError:
    """The error of this module with the given ``code``; the base class if there is none."""
    if code == TooManyAttempts.code:
        return TooManyAttempts(detail, retry_after)
    if code == TimestampUnavailable.code:
        return TimestampUnavailable(detail, authorities)
    for kind in SigningError.__subclasses__():
        if kind.code == code:
            return kind(detail)
    return SigningError(detail)
