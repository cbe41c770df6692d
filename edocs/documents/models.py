"""What: documents, their files and versions, registers and numbers, links between them, and who may see them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import UserObjectPermissionBase

from edocs.documents import search_models  # noqa: F401 - models of this app
from edocs.documents.choices import (
    Channel,
    Direction,
    ExportFormat,
    FileRole,
    LinkKind,
    Origin,
    RecipientState,
    Secrecy,
    State,
    Urgency,
)
from edocs.documents.models_content import BlobContent as BlobContent
from edocs.documents.models_content import PageContent as PageContent
from edocs.documents.models_content import PageState as PageState
from edocs.documents.models_content import TextSource as TextSource
from edocs.office.models import Agency, Correspondent, DocumentKind, Field, Unit
from search.analysis import fold_code

Person = settings.AUTH_USER_MODEL


class Document(models.Model):
    """An incoming, outgoing or internal document (văn bản đến, đi, nội bộ); Decree 30/2020, App. VI Part II."""

    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    kind = models.ForeignKey(DocumentKind, models.PROTECT, verbose_name=_("kind"))
    field = models.ForeignKey(Field, models.PROTECT, null=True, blank=True, verbose_name=_("field of work"))
    number = models.CharField(_("number"), max_length=11, blank=True)
    symbol = models.CharField(_("symbol"), max_length=30, blank=True)
    code = models.CharField(_("number and symbol"), max_length=45, blank=True)
    code_folded = models.CharField(max_length=45, blank=True, db_index=True, editable=False)
    identifier = models.CharField(_("document identifier"), max_length=200, blank=True, db_index=True)
    issued_on = models.DateField(_("date of the document"), null=True, blank=True)
    issuer = models.ForeignKey(
        Correspondent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=pgettext_lazy("document", "issuer"),
    )
    issuer_name = models.CharField(pgettext_lazy("document", "issuer"), max_length=200, blank=True)
    summary = models.CharField(_("summary"), max_length=500)
    signer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="signs", verbose_name=_("signer")
    )
    signer_name = models.CharField(_("signer"), max_length=50, blank=True)
    signer_position = models.CharField(_("position of the signer"), max_length=100, blank=True)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency.choices, default=Urgency.NORMAL)
    secrecy = models.CharField(_("secrecy"), max_length=10, choices=Secrecy.choices, default=Secrecy.NORMAL)
    language = models.CharField(_("language"), max_length=30, default="Tiếng Việt")
    pages = models.PositiveSmallIntegerField(_("pages"), default=0)
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    note = models.CharField(_("note"), max_length=500, blank=True)
    channel = models.CharField(_("received by"), max_length=10, choices=Channel.choices, blank=True)
    arrived_on = models.DateField(_("arrival date"), null=True, blank=True)
    arrival_number = models.PositiveIntegerField(_("arrival number"), null=True, blank=True)
    reply_by = models.DateField(_("reply due"), null=True, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("drafting unit")
    )
    author = models.ForeignKey(Person, models.PROTECT, related_name="authored", verbose_name=_("entered by"))
    created_at = models.DateTimeField(_("entered"))
    changed_at = models.DateTimeField(_("changed"))
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    revision = models.PositiveBigIntegerField(default=0, editable=False)  # counted up with all that search knows of it
    cancelled_reason = models.CharField(_("reason for cancelling"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["direction", "-id"], name="document_newest"),
            models.Index(fields=["direction", "state", "-id"], name="document_state"),
            models.Index(fields=["direction", "kind", "-id"], name="document_kind"),
            models.Index(fields=["direction", "issuer", "-id"], name="document_issuer"),
            models.Index(fields=["direction", "unit", "-id"], name="document_unit"),
            models.Index(fields=["direction", "arrived_on"], name="document_arrived"),
            models.Index(fields=["direction", "issued_on"], name="document_issued"),
            models.Index(fields=["issuer", "code_folded"], name="document_repeat"),
        ]
        constraints = [
            # Decree 28/2018 Art. 1.2 and the law on state secrets: nothing secret in this system.
            models.CheckConstraint(condition=Q(secrecy=Secrecy.NORMAL), name="nothing_secret_here"),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.summary[:60]}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.code_folded = fold_code(self.code)[:45]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Book(models.Model):
    """A register with a number series of its own (sổ): direction, kinds, scheme (Decree 30/2020, Art. 15, 22)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    kinds = models.ManyToManyField(DocumentKind, blank=True, verbose_name=_("kinds; none means every other kind"))
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"))
    is_active = models.BooleanField(_("in use"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("register book")
        verbose_name_plural = _("register books")
        ordering = ["direction", "order", "name"]

    def __str__(self) -> str:
        return self.name


class BookYear(models.Model):
    """The last number given in a book in a calendar year; only ever counted up, by one statement."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("year of a book")
        verbose_name_plural = _("years of books")
        constraints = [models.UniqueConstraint(fields=["book", "year"], name="one_counter_per_book_and_year")]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.year}: {self.last}"


class Entry(models.Model):
    """A line of a register: a number given to a document; cancelled with a reason, never given again."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="entries")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="entries")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        constraints = [models.UniqueConstraint(fields=["book", "year", "number"], name="a_number_is_given_once")]
        indexes = [models.Index(fields=["book", "year", "-number"], name="entry_newest")]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class Blob(models.Model):
    """Bytes stored once under their SHA-256 and never rewritten."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    #: true for whoever has just stored these bytes as the first: nothing can be known about them yet
    is_new = False

    def __str__(self) -> str:
        return self.sha256[:12]


class DocumentFile(models.Model):
    """One file of a document through all its versions."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="files")
    role = models.CharField(_("role"), max_length=12, choices=FileRole.choices, default=FileRole.MAIN)
    name = models.CharField(_("file name"), max_length=150)
    order = models.PositiveSmallIntegerField(default=0)
    current = models.ForeignKey("FileVersion", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(role=FileRole.MAIN), name="one_main_file_per_document"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FileVersion(models.Model):
    """One state of a file; every version is kept (Decree 30/2020 App. VI I.III.5.a)."""

    file = models.ForeignKey(DocumentFile, models.PROTECT, related_name="versions")
    ordinal = models.PositiveSmallIntegerField(_("version"))
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="versions")
    origin = models.CharField(_("made by"), max_length=12, choices=Origin.choices)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    pages = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("note"), max_length=500, blank=True)
    source = models.JSONField(null=True, blank=True, help_text=_("the letter as written in the browser"))
    places = models.JSONField(null=True, blank=True, help_text=_("places of number, date, signature and seal"))
    original = models.ForeignKey(
        Blob,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("the file this was converted from"),
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["file", "ordinal"], name="versions_are_counted")]

    def __str__(self) -> str:
        return f"{self.file_id} v{self.ordinal}"


class DocumentLink(models.Model):
    """How one document stands to another: replies to, amends, replaces, corrects, refers."""

    source = models.ForeignKey(Document, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Document, models.CASCADE, related_name="links_in")
    kind = models.CharField(_("link"), max_length=10, choices=LinkKind.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "kind"], name="a_link_stands_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Recipient(models.Model):
    """One line of "Nơi nhận" and what became of it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="recipients")
    correspondent = models.ForeignKey(Correspondent, models.PROTECT, null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    name = models.CharField(_("recipient"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=100, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.AXIS)
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    state = models.CharField(max_length=10, choices=RecipientState.choices, default=RecipientState.PLANNED)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=250, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class AccessEntry(models.Model):
    """Who may see a document: what lists, search, counts, previews and downloads read; one row per reason."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="access")
    token = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "token", "reason"], name="one_reason_once")]
        indexes = [models.Index(fields=["token", "-document"], name="access_by_token")]

    def __str__(self) -> str:
        return f"{self.token} → {self.document_id}"


class Withdrawal(models.Model):
    """A right that was taken away and that the search index may not have heard of yet: until then it is told apart."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, db_index=True)

    def __str__(self) -> str:
        return f"{self.token} ↛ {self.document_id}"


class View(models.Model):
    """Who opened or downloaded what, when (R-PRE-1, R-STA-11)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="views")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=10, default="open")

    class Meta:
        indexes = [models.Index(fields=["document", "person"], name="view_of_document")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.what} {self.document_id}"


class Export(models.Model):
    """A list or the results of a search that somebody asked to have as a file; made with that person's rights."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="exports")
    direction = models.CharField(max_length=3, choices=Direction.choices, blank=True)
    filters = models.JSONField(default=dict)
    query = models.TextField(blank=True, help_text=_("of a search, as it stands in the address"))
    columns = models.JSONField(default=list)
    format = models.CharField(max_length=4, choices=ExportFormat.choices, default=ExportFormat.XLSX)
    at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.direction or self.query} for {self.person_id}"


class DocumentUserObjectPermission(UserObjectPermissionBase):
    """An explicit grant to one person (django-guardian, direct foreign key); mirrored into AccessEntry."""

    content_object = models.ForeignKey(Document, models.CASCADE)
