"""Keys, consents and verdicts; private keys live in the signing process alone and never come here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from edocs.documents.models import Blob, Book, Document, FileVersion

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


class Found(models.Model):
    """What was found when all signatures of a blob were judged (per signature: who, when, whole, chain, reasons).

    ``trust`` and ``policy`` name the list of anchors and the rules it was judged by: the same bytes, list and rules
    need not be judged again.
    """

    verdict = models.CharField(max_length=10)
    signatures = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    evidence = models.JSONField(default=dict, help_text=_("how many certificates, revocation answers, time stamps"))
    trust = models.CharField(max_length=64, blank=True, help_text=_("fingerprint of the list of anchors"))
    policy = models.CharField(max_length=40, blank=True, help_text=_("version of the rules"))
    judged_at = models.DateTimeField()

    class Meta:
        abstract = True


class Verdict(Found):
    """The verdict that holds now about a blob."""

    blob = models.OneToOneField(Blob, models.CASCADE, related_name="verdict")

    class Meta:
        indexes = [
            models.Index(fields=["trust", "policy"], name="verdict_judged_by"),
            models.Index(fields=["judged_at"], name="verdict_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.blob_id[:12]}: {self.verdict}"


class FormerVerdict(Found):
    """An earlier verdict about a blob, kept as evidence when it was judged anew."""

    blob = models.ForeignKey(Blob, models.CASCADE, related_name="former_verdicts")

    class Meta:
        ordering = ["-judged_at", "-id"]

    def __str__(self) -> str:
        return f"{self.blob_id[:12]}: {self.verdict}"


class CodedBook(models.Model):
    """A register book whose documents bear a QR code that leads to the public verification page."""

    book = models.OneToOneField(
        Book,
        models.CASCADE,
        related_name="coded",
        verbose_name=_("register book"),
        limit_choices_to={"direction": "out"},
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("book with QR codes")
        verbose_name_plural = _("books with QR codes")

    def __str__(self) -> str:
        return str(self.book)


class Proof(models.TextChoices):
    """What vouches for a package of evidence."""

    SIGNATURE = "signature", _("signature of the agency over its list of contents, with a time stamp")
    TIMESTAMP = "timestamp", _("time stamp over its list of contents")
    JOURNAL = "journal", _("its hash in the journal")


class Evidence(models.Model):
    """Everything that proves a verdict, in one ZIP beside the document (Decree 23/2025, Art. 17; R-SIG-6)."""

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="evidence", help_text=_("the bytes it is about"))
    package = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10)
    trust = models.CharField(max_length=64)
    policy = models.CharField(max_length=40)
    manifest = models.CharField(max_length=64, help_text=_("SHA-256 of the list of contents"))
    proof = models.CharField(max_length=10, choices=Proof.choices)
    contents = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.blob_id[:12]}: {self.package_id[:12]}"


class ArchiveCause(models.TextChoices):
    """What ends the proofs of a file."""

    CERTIFICATE = "certificate", _("the certificate of its time stamp ends")
    ALGORITHM = "algorithm", _("the algorithm of its time stamp is not safe any more")
    UNSTAMPED = "unstamped", _("no time stamp covers its signature")


class Archive(models.Model):
    """Until when a stored file can be proved as it stands (R-SIG-6); before that it is time-stamped again."""

    blob = models.OneToOneField(Blob, models.CASCADE, related_name="archive")
    until = models.DateTimeField(_("proofs hold until"))
    cause = models.CharField(_("what ends"), max_length=12, choices=ArchiveCause.choices)
    authority = models.CharField(_("authority of the last time stamp"), max_length=250, blank=True)
    stamps = models.PositiveSmallIntegerField(_("number of time stamps"), default=0)
    seen_at = models.DateTimeField(_("looked at"))

    class Meta:
        indexes = [models.Index(fields=["until"], name="archive_until")]

    def __str__(self) -> str:
        return f"{self.blob_id[:12]}: {self.until:%Y-%m-%d}"


class TrustedList(models.Model):
    """A list of trust services that was imported (ETSI TS 119 612), kept as it came."""

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    operator = models.CharField(_("operator"), max_length=250)
    territory = models.CharField(_("territory"), max_length=10, blank=True)
    sequence = models.PositiveIntegerField(_("sequence number"), default=0)
    issued_at = models.DateTimeField(_("list issued"), null=True, blank=True)
    next_update = models.DateTimeField(_("next list due"), null=True, blank=True)
    signature = models.CharField(_("signature of the list"), max_length=20)
    signer = models.CharField(_("signer of the list"), max_length=250, blank=True)
    signer_sha256 = models.CharField(_("fingerprint of that certificate"), max_length=64, blank=True)
    services = models.JSONField(default=list)
    read_at = models.DateTimeField(_("read"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("taken over"), null=True, blank=True)

    class Meta:
        verbose_name = _("trusted list")
        verbose_name_plural = _("trusted lists")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.operator} {self.sequence}"


class Source(models.TextChoices):
    ENTERED = "entered", _("Entered by hand")
    INSTALLED = "installed", _("Installed with the keys")
    LIST = "list", _("From a trusted list")


class TrustAnchor(models.Model):
    """A certificate that is trusted without asking further: for what, and for signatures made when."""

    name = models.CharField(_("name"), max_length=250)
    organisation = models.CharField(_("organisation"), max_length=250, blank=True)
    certificate = models.BinaryField(_("certificate"), help_text="DER")
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64, unique=True)
    serial = models.CharField(_("serial number"), max_length=64)
    not_before = models.DateTimeField(_("certificate valid from"))
    not_after = models.DateTimeField(_("certificate valid to"))
    for_person = models.BooleanField(_("signatures of persons"), default=True)
    for_organisation = models.BooleanField(_("signatures of organisations"), default=True)
    for_timestamp = models.BooleanField(_("time stamps"), default=True)
    valid_from = models.DateTimeField(_("trusted for signatures from"), null=True, blank=True)
    valid_to = models.DateTimeField(_("trusted for signatures until"), null=True, blank=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.ENTERED)
    trusted_list = models.ForeignKey(
        TrustedList, models.PROTECT, null=True, blank=True, related_name="anchors", verbose_name=_("trusted list")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    added_at = models.DateTimeField(_("entered"))
    retired_at = models.DateTimeField(_("out of use since"), null=True, blank=True)

    class Meta:
        verbose_name = _("trust anchor")
        verbose_name_plural = _("trust anchors")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(for_person=True) | Q(for_organisation=True) | Q(for_timestamp=True),
                name="an_anchor_has_a_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"DEMO · {self.name}" if self.is_demo else self.name


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


from edocs.signatures.models_token import PhoneTransaction, Preparation, TokenCertificate  # noqa: E402, F401
