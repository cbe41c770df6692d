"""What the files say: read once for every blob, page by page. Derived: all of it can be made again at any time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PageState(models.TextChoices):
    """How far the reading of a page is."""

    WAITING = "waiting", _("waits for OCR")
    READ = "read", pgettext_lazy("page", "read")
    FAILED = "failed", _("cannot be read")


class TextSource(models.TextChoices):
    """Where the text of a page comes from."""

    NONE = "", _("no text")
    TEXT = "text", _("text of the file")
    OCR = "ocr", _("read from the picture (OCR)")


class BlobContent(models.Model):
    """What was read from a blob as a whole; the text stands in its pages (:class:`PageContent`).

    The counts are those of its pages, kept here so that a page that shows a file asks once.
    """

    blob = models.OneToOneField("documents.Blob", models.CASCADE, primary_key=True, related_name="content")
    pages = models.PositiveSmallIntegerField(default=0)
    sizes = models.JSONField(default=list, help_text=_("width and height of each page in points"))
    failure = models.CharField(max_length=60, blank=True)
    read_at = models.DateTimeField()
    left = models.PositiveSmallIntegerField(default=0, help_text=_("pages that still wait to be read"))
    failed = models.PositiveSmallIntegerField(default=0, help_text=_("pages that cannot be read"))
    by_ocr = models.PositiveSmallIntegerField(default=0, help_text=_("pages read from their picture"))
    quality = models.PositiveSmallIntegerField(null=True, help_text=_("mean quality of the text, 0 to 100"))
    language = models.CharField(max_length=8, blank=True)
    copy = models.ForeignKey(
        "documents.Blob",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("a copy for reading, with the text that was read; never in place of the original"),
    )

    def __str__(self) -> str:
        return f"{self.blob_id[:12]}: {self.pages}"


class PageContent(models.Model):
    """The text of one page of a blob, and where each word stands.

    ``text`` is NFC; its words (``text.split()``) are those of ``boxes``, in the same order: for each word left, top,
    width and height on the page as shown (``content.boxes``). Pages of office files have text but no places.
    """

    blob = models.ForeignKey("documents.Blob", models.CASCADE, related_name="page_contents")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=PageState.choices, default=PageState.READ)
    source = models.CharField(max_length=4, choices=TextSource.choices, blank=True, default=TextSource.NONE)
    text = models.TextField(blank=True)
    boxes = models.BinaryField(default=bytes)
    quality = models.PositiveSmallIntegerField(null=True, help_text=_("0 to 100"))
    language = models.CharField(max_length=8, blank=True)
    turn = models.PositiveSmallIntegerField(default=0, help_text=_("degrees clockwise until it stands upright"))
    failure = models.CharField(max_length=60, blank=True)
    rank = models.PositiveSmallIntegerField(default=0, help_text=_("what is read first: first, last, then in order"))

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["blob", "number"], name="a_page_is_read_once")]
        indexes = [
            models.Index(fields=["rank", "id"], condition=Q(state=PageState.WAITING), name="page_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.blob_id[:12]} p. {self.number}"
