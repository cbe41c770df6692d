"""When: the working calendar, due times with the rule behind them, extensions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

Person = settings.AUTH_USER_MODEL


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Public holiday")
    IN_LIEU = "in_lieu", _("Day off in lieu")
    WORKING = "working", _("Working day on a weekend")
    CLOSED = "closed", _("Office closed")


class CalendarDay(models.Model):
    """A day that is not what its weekday says (domain §6.1): loaded per year from the notice, never computed."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class OfficeHours(models.Model):
    """Working hours of the day; the last row that began on or before a day counts."""

    since = models.DateField(_("since"), unique=True)
    morning_from = models.TimeField(_("morning from"))
    morning_to = models.TimeField(_("morning to"))
    afternoon_from = models.TimeField(_("afternoon from"))
    afternoon_to = models.TimeField(_("afternoon to"))

    class Meta:
        verbose_name = _("office hours")
        verbose_name_plural = _("office hours")
        ordering = ["since"]

    def __str__(self) -> str:
        return f"{self.morning_from:%H:%M}–{self.afternoon_to:%H:%M}"


class Deadline(models.Model):
    """A due time, the rule that made it, and how it moved (thời hạn giải quyết)."""

    rule = models.CharField(max_length=20, help_text=_("working_days, date or reply_by"))
    working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    counted_from = models.DateTimeField()
    due_at = models.DateTimeField(_("due"), db_index=True)
    first_due_at = models.DateTimeField(_("first due"))
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    extended = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")

    def __str__(self) -> str:
        return f"{self.due_at:%d/%m/%Y %H:%M}"


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("Asked")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class Extension(models.Model):
    """More time, asked for with a reason, granted or refused by whoever set the deadline (gia hạn)."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="extensions")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    wanted = models.DateTimeField(_("wanted until"))
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(max_length=10, choices=ExtensionState.choices, default=ExtensionState.ASKED)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=models.Q(state="asked"), name="one_open_request_per_deadline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} → {self.wanted:%d/%m/%Y}"
