"""Afterwards: case files, and which documents lie in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs.documents.models import Document
from edocs.office.models import Unit
from search.analysis import terms

Person = settings.AUTH_USER_MODEL


class Usage(models.TextChoices):
    """How the archive will let the file be used (chế độ sử dụng); it says nothing of who sees it here."""

    OPEN = "open", pgettext_lazy("use of a case file", "Open")
    CONDITIONAL = "conditional", pgettext_lazy("use of a case file", "On conditions")


class CaseFile(models.Model):
    """All that arose from one matter, kept by whoever was given it (hồ sơ công việc); Decree 30/2020, Art. 28 to 30.

    Fields and lengths are those of App. VI Part II.III. Number of documents and of pages are counted, not kept.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    code = models.CharField(_("file code"), max_length=20)
    title = models.CharField(_("title of the file"), max_length=500)
    retention_years = models.PositiveSmallIntegerField(
        _("years of retention"), null=True, blank=True, help_text=_("empty means for ever")
    )
    usage = models.CharField(_("use"), max_length=30, choices=Usage.choices, default=Usage.OPEN)
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="case_files", verbose_name=_("kept by"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="case_files", verbose_name=_("unit"))
    language = models.CharField(_("language"), max_length=50, default="Tiếng Việt")
    started_on = models.DateField(_("began"))
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    closing_note = models.CharField(_("closing note"), max_length=500, blank=True)
    last_ordinal = models.PositiveSmallIntegerField(default=0, editable=False)
    code_words = models.CharField(max_length=60, editable=False)  # of the code alone, as search compares them
    words = models.TextField(editable=False)  # of code and title

    class Meta:
        verbose_name = _("case file")
        verbose_name_plural = _("case files")
        constraints = [
            models.UniqueConstraint(fields=["year", "code"], name="a_file_code_is_given_once_a_year"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")), name="a_file_ends_after_it_began"
            ),
        ]
        indexes = [
            models.Index(fields=["keeper", "-id"], name="case_file_of_keeper"),
            models.Index(fields=["unit", "-id"], name="case_file_of_unit"),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: object, **kwargs: object) -> None:
        self.code_words, self.words = words_of(self.code), words_of(f"{self.code} {self.title}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_open(self) -> bool:
        return self.ended_on is None


class Filed(models.Model):
    """A document lies in a case file, as number so and so; it may lie in many, of many people (App. VI I.III.4.e)."""

    file = models.ForeignKey(CaseFile, models.CASCADE, related_name="filed")
    document = models.ForeignKey(Document, models.PROTECT, related_name="filed")
    ordinal = models.PositiveSmallIntegerField(_("number in the file"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("document in a case file")
        verbose_name_plural = _("documents in case files")
        constraints = [
            models.UniqueConstraint(fields=["file", "document"], name="a_document_lies_in_a_file_once"),
            models.UniqueConstraint(fields=["file", "ordinal"], name="a_number_in_a_file_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.ordinal}"


def words_of(text: str) -> str:
    """Words as search compares them, each between blanks: a part of it is a run of whole words side by side."""
    return f" {' '.join(terms(text).folded)} "
