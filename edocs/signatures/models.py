"""Keys, consents and verdicts; private keys live in the signing process alone and never come here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from edocs.documents.models import Blob, Document, FileVersion

Person = settings.AUTH_USER_MODEL


class Purpose(models.TextChoices):
    PERSON = "sign", _("Personal signature")
    SEAL = "seal", _("Seal of the agency")


class Key(models.Model):
    """A key in the signing process, known here by its name and public certificate."""

    reference = models.CharField(_("name in the signing process"), max_length=100, unique=True)
    provider = models.CharField(_("provider"), max_length=20, default="pkcs12")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("owner")
    )
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    subject = models.CharField(_("subject"), max_length=250)
    issuer = models.CharField(_("issuer"), max_length=250)
    serial = models.CharField(_("serial number"), max_length=64)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose=Purpose.SEAL) | Q(owner__isnull=False), name="a_personal_key_has_an_owner"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class Verdict(models.Model):
    """What was found when all signatures of a blob were judged (per signature: who, when, whole, reasons)."""

    blob = models.OneToOneField(Blob, models.CASCADE, related_name="verdict")
    verdict = models.CharField(max_length=10)
    signatures = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    judged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.blob_id[:12]}: {self.verdict}"


class ItemState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Signed")
    FAILED = "failed", _("Failed")


class SigningSession(models.Model):
    """One consent of one person for an exact list of hashes, five minutes at most (signing.md §6)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="signing_sessions")
    key = models.ForeignKey(Key, models.PROTECT)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    handle = models.CharField(
        max_length=64, help_text=_("names the consent in the signing process; worthless elsewhere")
    )
    consented_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.pk} {self.purpose}"


class SigningItem(models.Model):
    """One document of a consent, with its own result."""

    session = models.ForeignKey(SigningSession, models.CASCADE, related_name="items")
    document = models.ForeignKey(Document, models.PROTECT, related_name="signing_items")
    version = models.ForeignKey(FileVersion, models.PROTECT, related_name="+", help_text=_("the bytes consented to"))
    sha256 = models.CharField(max_length=64)
    title = models.JSONField(default=list, help_text=_("lines of the authority, frozen"))
    authority = models.CharField(max_length=250, blank=True, help_text=_("legal basis, frozen"))
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.WAITING)
    code = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    result = models.ForeignKey(FileVersion, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="waiting"), name="one_open_signing_per_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.state}"
