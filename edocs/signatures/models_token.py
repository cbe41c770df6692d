"""Signatures that wait for a key elsewhere: the token in a person's computer, a remote service, a telephone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TokenCertificate(models.Model):
    """The certificate of a key that lies in a person's own computer; nothing else of it is ever known here."""

    key = models.OneToOneField("signatures.Key", models.CASCADE, related_name="on_token", verbose_name=_("key"))
    certificate = models.BinaryField(_("certificate"))

    def __str__(self) -> str:
        return str(self.key)


class Preparation(models.Model):
    """A file that was prepared for one signature value (signing.two_phase); it serves once and not for long."""

    item = models.OneToOneField("signatures.SigningItem", models.CASCADE, related_name="preparation")
    facts = models.JSONField(help_text=_("what the second phase needs; no secret"))
    file = models.CharField(max_length=40, help_text=_("name of the prepared file"))
    expires_at = models.DateTimeField()
    value = models.BinaryField(null=True, blank=True, help_text=_("the signature value, once it came"))
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.item_id}: {self.file}"


class PhoneTransaction(models.Model):
    """A request that lies on the telephone of a key's holder."""

    session = models.OneToOneField("signatures.SigningSession", models.CASCADE, related_name="on_phone")
    facts = models.JSONField()
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.session_id}"
