"""The enumerations of documents, with the one table of allowed moves between states."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    INCOMING = "in", _("Incoming")
    OUTGOING = "out", _("Outgoing")
    INTERNAL = "int", _("Internal")


class State(models.TextChoices):
    """Where a document stands. Incoming above, outgoing below; CANCELLED belongs to both."""

    REGISTERED = "registered", _("Registered")
    WITH_LEADER = "with_leader", _("With a leader")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", pgettext_lazy("document", "Done")
    RETURNED = "returned", _("Returned to the sender")
    DRAFT = "draft", _("Draft")
    IN_APPROVAL = "in_approval", _("Being checked")
    TO_SIGN = "to_sign", _("Waiting for signature")
    SIGNING = "signing", _("Being signed")
    PROVING = "proving", _("Signed, proof pending")
    SIGNED = "signed", _("Signed, waiting for number")
    SEALING = "sealing", _("Being sealed")
    SEALED = "sealed", _("Sealed, waiting for dispatch")
    ISSUED = "issued", _("Issued")
    CANCELLED = "cancelled", pgettext_lazy("document", "Cancelled")


#: state -> states it may move to. A service that meets another state refuses with WrongState.
MOVES: dict[str, frozenset[str]] = {
    State.REGISTERED: frozenset({State.WITH_LEADER, State.ASSIGNED, State.DONE, State.RETURNED, State.CANCELLED}),
    State.WITH_LEADER: frozenset({State.REGISTERED, State.ASSIGNED, State.DONE, State.RETURNED, State.CANCELLED}),
    State.ASSIGNED: frozenset({State.REGISTERED, State.IN_PROGRESS, State.WITH_LEADER, State.DONE, State.CANCELLED}),
    State.IN_PROGRESS: frozenset({State.REGISTERED, State.ASSIGNED, State.WITH_LEADER, State.DONE, State.CANCELLED}),
    State.DONE: frozenset({State.IN_PROGRESS, State.ASSIGNED}),
    State.RETURNED: frozenset(),
    State.DRAFT: frozenset({State.IN_APPROVAL, State.CANCELLED}),
    State.IN_APPROVAL: frozenset({State.DRAFT, State.TO_SIGN, State.CANCELLED}),
    State.TO_SIGN: frozenset({State.DRAFT, State.IN_APPROVAL, State.SIGNING, State.CANCELLED}),
    State.SIGNING: frozenset({State.TO_SIGN, State.PROVING, State.SIGNED}),
    State.PROVING: frozenset({State.SIGNED, State.DRAFT, State.CANCELLED}),
    State.SIGNED: frozenset({State.SEALING, State.DRAFT, State.CANCELLED}),
    State.SEALING: frozenset({State.SEALED, State.SEALING, State.DRAFT}),
    State.SEALED: frozenset({State.ISSUED, State.DRAFT}),
    State.ISSUED: frozenset(),
    State.CANCELLED: frozenset(),
}

OPEN_INCOMING = (State.REGISTERED, State.WITH_LEADER, State.ASSIGNED, State.IN_PROGRESS)


class Urgency(models.IntegerChoices):
    """Mức độ khẩn (Decree 30/2020 App. I; the numbers are those of edXML Priority)."""

    NORMAL = 0, _("Normal")
    URGENT = 1, _("Urgent")
    VERY_URGENT = 2, _("Very urgent")
    EXPRESS = 3, _("Express")


class Secrecy(models.TextChoices):
    NORMAL = "normal", _("Normal")


class Channel(models.TextChoices):
    """How a document comes or goes."""

    AXIS = "axis", _("Document axis")
    POST = "post", _("Post")
    HAND = "hand", _("By hand")
    EMAIL = "email", _("E-mail")
    INTERNAL = "internal", pgettext_lazy("channel", "Internal")


class FileRole(models.TextChoices):
    MAIN = "main", _("Main document")
    ATTACHMENT = "attachment", _("Attachment")
    COPY = "copy", pgettext_lazy("role of a file", "Certified copy")


class Origin(models.TextChoices):
    """How a version of a file came to be."""

    UPLOAD = "upload", _("uploaded")
    CONVERSION = "conversion", _("converted")
    COMPOSED = "composed", _("written in the browser")
    PREPARED = "prepared", _("prepared for signing")
    SIGNATURE = "signature", _("signed")
    SEAL = "seal", _("numbered and sealed")
    COPY = "copy", _("certified as a copy")


class CopyKind(models.TextChoices):
    """Kinds of copies with their abbreviations (Decree 30/2020, Art. 25; App. III)."""

    COPY = "SY", _("Copy (sao y)")
    COPY_OF_COPY = "SL", _("Copy of a copy (sao lục)")
    EXTRACT = "TrS", _("Extract (trích sao)")

    @property
    def words(self) -> str:
        """How the copy names itself in its mark, always in Vietnamese."""
        return {"SY": "SAO Y", "SL": "SAO LỤC", "TrS": "TRÍCH SAO"}[self.value]


class LinkKind(models.TextChoices):
    REPLIES = "replies", _("replies to")
    AMENDS = "amends", _("amends")
    REPLACES = "replaces", _("replaces")
    CORRECTS = "corrects", _("corrects")
    REFERS = "refers", _("refers to")


class RecipientState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    SENT = "sent", _("Sent")


class ExportFormat(models.TextChoices):
    """What a list can be had as (R-STA-08)."""

    XLSX = "xlsx", "Excel (XLSX)"
    DOCX = "docx", "Word (DOCX)"
    PDF = "pdf", "PDF"
    CSV = "csv", "CSV"
