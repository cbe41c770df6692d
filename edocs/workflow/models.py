"""How: handling of incoming documents (instructions and assignments) and approval of outgoing ones (steps)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs.deadlines.models import Deadline
from edocs.documents.models import Document, FileVersion
from edocs.office.models import Authority, DocumentKind, Unit

Person = settings.AUTH_USER_MODEL


class SubmissionState(models.TextChoices):
    OPEN = "open", _("Waiting for an instruction")
    INSTRUCTED = "instructed", _("Instructed")
    FORWARDED = "forwarded", _("Passed to another leader")
    RETURNED = "returned", _("Returned to the clerk")


class Submission(models.Model):
    """An incoming document put before a leader (trình); Decree 30/2020, Art. 23.1."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="submissions")
    to = models.ForeignKey(Person, models.PROTECT, related_name="submissions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    proposed_lead = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=SubmissionState.choices, default=SubmissionState.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=Q(state="open"), name="with_one_leader_at_a_time")
        ]
        indexes = [models.Index(fields=["to", "state", "-id"], name="submission_queue")]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.to_id}"


class Instruction(models.Model):
    """Words of a leader or unit head, never changed after sending (bút phê, ý kiến chỉ đạo)."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="instructions")
    author = models.ForeignKey(Person, models.PROTECT, related_name="instructions")
    acting_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(_("instruction"), max_length=2000)
    parent = models.ForeignKey("Assignment", models.PROTECT, null=True, blank=True, related_name="passed_on")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]


class AssignmentRole(models.TextChoices):
    """Chủ trì, phối hợp, để biết."""

    LEAD = "lead", _("Lead")
    COORDINATE = "coordinate", _("Coordinate")
    INFORM = "inform", _("For information")


class AssignmentState(models.TextChoices):
    NEW = "new", _("Not accepted yet")
    IN_PROGRESS = "in_progress", pgettext_lazy("assignment", "In progress")
    DONE = "done", pgettext_lazy("assignment", "Done")
    RETURNED = "returned", pgettext_lazy("assignment", "Returned")
    RECALLED = "recalled", pgettext_lazy("assignment", "Recalled")


#: states of work that still has to be done
OPEN_ASSIGNMENT = (AssignmentState.NEW, AssignmentState.IN_PROGRESS)


class Assignment(models.Model):
    """Somebody is to do (or know) something about a document; exactly one lead per instruction."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="assignments")
    document = models.ForeignKey(Document, models.PROTECT, related_name="assignments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="assignments")
    role = models.CharField(_("role"), max_length=10, choices=AssignmentRole.choices)
    state = models.CharField(max_length=12, choices=AssignmentState.choices, default=AssignmentState.NEW)
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, blank=True, related_name="assignments")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.CharField(_("result"), max_length=2000, blank=True)
    answer = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="answers_assignments")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit__isnull=True) | Q(person__isnull=True, unit__isnull=False),
                name="assigned_to_a_person_or_a_unit",
            ),
            models.UniqueConstraint(fields=["instruction"], condition=Q(role="lead"), name="exactly_one_lead"),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="assignment_of_person"),
            models.Index(fields=["unit", "state"], name="assignment_of_unit"),
            models.Index(fields=["document", "state"], name="assignment_of_document"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.role}"


class ProgressNote(models.Model):
    """A word on how the work stands (tiến độ giải quyết)."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="notes")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(_("note"), max_length=1000)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]


class StepKind(models.TextChoices):
    """Kiểm tra nội dung, kiểm tra thể thức, duyệt ký (Decree 30/2020, Art. 11–13).

    OUTSIDE is the signature of another agency on a joint document (văn bản liên tịch), brought back as a file.
    """

    CONTENT = "content", _("Content check")
    FORMAT = "format", _("Format check")
    SIGN = "sign", _("Approve and sign")
    OUTSIDE = "outside", _("Signature of another agency")


#: the two checks before a signature
CHECKS = (StepKind.CONTENT, StepKind.FORMAT)
#: the signatures, each in its turn
SIGNATURES = (StepKind.SIGN, StepKind.OUTSIDE)


class ChainTemplate(models.Model):
    """The way outgoing documents of some kinds go before they are signed."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kinds = models.ManyToManyField(DocumentKind, blank=True, verbose_name=_("kinds; none means every other kind"))
    is_active = models.BooleanField(_("in use"), default=True)
    initials = models.BooleanField(
        _("checks may be passed with initials"),
        default=False,
        help_text=_("Who checks content and format may put their initials (ký nháy) into the file with their own key."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("approval chain")
        verbose_name_plural = _("approval chains")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class StepTemplate(models.Model):
    """One step of a chain; who does it follows from its kind unless a person is named."""

    chain = models.ForeignKey(ChainTemplate, models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=StepKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, verbose_name=_("person"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("step of a chain")
        verbose_name_plural = _("steps of a chain")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.chain_id}.{self.order} {self.kind}"


class StepState(models.TextChoices):
    PENDING = "pending", _("Not yet")
    OPEN = "open", pgettext_lazy("step", "Waiting")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", pgettext_lazy("step", "Returned")


class Approval(models.Model):
    """One passage of an outgoing document through its chain; a returned draft starts a new round."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="approvals")
    chain = models.ForeignKey(ChainTemplate, models.PROTECT)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+", verbose_name=_("signing authority"))
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    version = models.ForeignKey(FileVersion, models.PROTECT, related_name="+")
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 over everything that is decided on: file, attachments, facts")
    )
    round = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(_("note to those who check"), max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(ended_at__isnull=True), name="one_open_round_per_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} round {self.round}"


class Step(models.Model):
    """One check or signature within a round.

    ``field`` is where this step signs the file, empty when it only decides; ``result`` is the file as it was signed
    here. ``authority`` is set for the second and later signatories of this agency; ``organisation``, ``signer_title``
    and ``signer_name`` for those of another one, whose file ``person`` brings back.
    """

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=StepKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.PENDING)
    opened_at = models.DateTimeField(null=True, blank=True)
    field = models.CharField(max_length=20, blank=True)
    result = models.ForeignKey(FileVersion, models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    signer_title = models.CharField(_("title"), max_length=100, blank=True)
    signer_name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["approval", "order"], name="steps_are_ordered")]
        indexes = [models.Index(fields=["person", "state"], name="step_queue")]

    def __str__(self) -> str:
        return f"{self.approval_id}.{self.order} {self.kind}"

    @property
    def signs_under(self) -> Authority:
        """The authority under which this step's person signs: the first signatory's is that of the round."""
        return self.authority or self.approval.authority


class DecisionKind(models.TextChoices):
    APPROVE = "approve", _("Approved")
    RETURN = "return", _("Returned with a reason")


class Decision(models.Model):
    """What somebody decided at a step, bound to the version it was made on; never changed."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="decisions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    version = models.ForeignKey(FileVersion, models.PROTECT, related_name="decisions")
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.step_id} {self.kind}"
