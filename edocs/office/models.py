"""Who: the agency, its units, positions and people, the authority to sign, outside agencies, and the catalogues."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from search.analysis import fold


class Role(models.TextChoices):
    """What a person is there for; rights follow from roles, units and assignments, never from a flag in a page."""

    CLERK = "clerk", _("Clerk")
    LEADER = "leader", _("Leader")
    UNIT_HEAD = "unit_head", _("Unit head")
    OFFICER = "officer", _("Officer")
    FORMAT_CHECKER = "format_checker", _("Format checker")
    ADMINISTRATOR = "administrator", _("Administrator")


class Dated(models.Model):
    """Something that holds from one day to another; agencies and posts change, old documents do not."""

    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: dt.date) -> bool:
        """True when ``day`` lies inside the validity, both ends included."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)

    @staticmethod
    def on(day: dt.date) -> Q:
        """Filter for rows that hold on ``day``."""
        return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))


class Agency(Dated):
    """The agency whose office this is (cơ quan)."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=100)
    superior = models.CharField(_("superior agency"), max_length=200, blank=True)
    abbreviation = models.CharField(_("abbreviation in symbols"), max_length=30)
    place = models.CharField(_("place in the date line"), max_length=100)
    code = models.CharField(_("agency code"), max_length=35, blank=True)
    code_old = models.CharField(_("former agency code"), max_length=35, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    seal_image = models.BinaryField(_("image of the seal"), null=True, blank=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class Unit(Dated):
    """A part of the agency (đơn vị, phòng)."""

    name = models.CharField(_("name"), max_length=200)
    abbreviation = models.CharField(_("abbreviation in symbols"), max_length=30)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    head = models.ForeignKey(
        "office.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="headed_units",
        verbose_name=_("head"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """A post (chức vụ): Giám đốc, Trưởng phòng …"""

    name = models.CharField(_("name"), max_length=100, unique=True)
    signing_title = models.CharField(_("title above a signature"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """A person of the agency and their account; listed by given name, which is the last word of the name."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=50, editable=False, db_index=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit"))
    position = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, verbose_name=_("position"))
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    signature_image = models.BinaryField(_("signature image"), null=True, blank=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["given_name", "full_name"]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.given_name = self.full_name.split()[-1] if self.full_name.strip() else ""
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def initials(self) -> str:
        """First letters of the first and the last word, for the round mark."""
        words = self.full_name.split()
        return (words[0][0] + words[-1][0]).upper() if words else "?"

    @property
    def position_title(self) -> str:
        return self.position.name if self.position else ""

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The roles this person holds (one statement, kept for the life of the object)."""
        return frozenset(self.role_grants.values_list("role", flat=True)) if self.is_active else frozenset()

    def has_role(self, *roles: str) -> bool:
        return bool(self.role_names.intersection(roles))


class RoleGrant(models.Model):
    """A person holds a role."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="one_grant_per_role")]

    def __str__(self) -> str:
        return f"{self.person_id}:{self.role}"


class Prefix(models.TextChoices):
    """Words before the title (Decree 30/2020, Art. 13)."""

    NONE = "", _("(none)")
    TM = "TM.", _("TM. (on behalf of)")
    KT = "KT.", _("KT. (for the head)")
    Q = "Q.", _("Q. (acting)")
    TL = "TL.", _("TL. (by order)")
    TUQ = "TUQ.", _("TUQ. (by authorisation)")


class Authority(Dated):
    """What a person may sign and with which words before the title (thẩm quyền ký); TUQ. needs an end date."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="authorities", verbose_name=_("person"))
    prefix = models.CharField(_("prefix"), max_length=4, choices=Prefix.choices, blank=True)
    head_title = models.CharField(
        _("title after the prefix"),
        max_length=100,
        blank=True,
        help_text=_("for example GIÁM ĐỐC in KT. GIÁM ĐỐC"),
    )
    own_title = models.CharField(_("own title"), max_length=100, help_text=_("for example PHÓ GIÁM ĐỐC"))
    kinds: models.ManyToManyField[DocumentKind, Any] = models.ManyToManyField(
        "DocumentKind", blank=True, verbose_name=_("kinds; none means every kind")
    )
    fields: models.ManyToManyField[Field, Any] = models.ManyToManyField(
        "Field", blank=True, verbose_name=_("fields; none means every field")
    )
    basis = models.CharField(_("legal basis"), max_length=250)

    class Meta:
        verbose_name = _("signing authority")
        verbose_name_plural = _("signing authorities")
        constraints = [
            models.CheckConstraint(
                condition=~Q(prefix="TUQ.") | Q(valid_to__isnull=False), name="authorisation_has_an_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.prefix} {self.own_title}"

    @property
    def lines(self) -> list[str]:
        """The lines above the signature, in capitals: ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]."""
        if not self.prefix:
            return [self.own_title.upper()]
        if self.prefix == Prefix.Q:
            return [f"Q. {self.own_title.upper()}"]
        return [f"{self.prefix} {self.head_title.upper()}", self.own_title.upper()]


class Delegation(Dated):
    """One person acts for another in the office's daily work (not in signing)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="delegations_given", verbose_name=_("for"))
    delegate = models.ForeignKey(Person, models.PROTECT, related_name="delegations_held", verbose_name=_("who acts"))
    basis = models.CharField(_("legal basis"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")

    def __str__(self) -> str:
        return f"{self.delegate_id} for {self.person_id}"


class Folded(models.Model):
    """A name that is found without accents."""

    name = models.CharField(_("name"), max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(self.name)[:200]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Correspondent(Folded, Dated):
    """An outside agency, firm or citizen (cơ quan, tổ chức, cá nhân bên ngoài)."""

    abbreviation = models.CharField(_("abbreviation in symbols"), max_length=30, blank=True)
    code = models.CharField(_("agency code"), max_length=35, blank=True, db_index=True)
    code_old = models.CharField(_("former agency code"), max_length=35, blank=True, db_index=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("succeeds"))

    class Meta:
        verbose_name = _("outside agency")
        verbose_name_plural = _("outside agencies")
        ordering = ["name"]


class CorrespondentAlias(Folded):
    """Another name by which letters name an outside agency."""

    correspondent = models.ForeignKey(Correspondent, models.CASCADE, related_name="aliases")


class KindGroup(models.TextChoices):
    ADMINISTRATIVE = "administrative", _("Administrative document")
    LEGAL = "legal", _("Legal document")
    COPY = "copy", _("Copy")


class DocumentKind(models.Model):
    """A kind of document (tên loại văn bản): the 29 of Decree 30/2020 Art. 7, legal documents, copies."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    name_en = models.CharField(_("English name"), max_length=100)
    abbreviation = models.CharField(_("abbreviation"), max_length=10, blank=True)
    group = models.CharField(_("group"), max_length=20, choices=KindGroup.choices, default=KindGroup.ADMINISTRATIVE)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("kind of document")
        verbose_name_plural = _("kinds of documents")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_letter(self) -> bool:
        """True for the official letter (công văn), whose symbol names the drafting unit instead of the kind."""
        return not self.abbreviation


class Field(models.Model):
    """A field of work (lĩnh vực)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("usual lead unit"))

    class Meta:
        verbose_name = _("field of work")
        verbose_name_plural = _("fields of work")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class InstructionTemplate(models.Model):
    """Words that a leader uses again and again (bút phê mẫu); without a person it is everybody's."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, verbose_name=_("person"))
    text = models.CharField(_("text"), max_length=500)
    working_days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("instruction template")
        verbose_name_plural = _("instruction templates")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Notice(models.Model):
    """Word to one person that something happened (thông báo); the text is made in the reader's language."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    address = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "read_at", "-id"], name="notice_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"


class SavedForm(models.Model):
    """What a person was typing, kept so that a lost session or a closed page loses nothing."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_forms")
    key = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_saved_form_per_key")]

    def __str__(self) -> str:
        return self.key
