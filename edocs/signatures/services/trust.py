"""Whom signatures are trusted for: anchors entered, limited and taken out of use by an administrator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures.models import Source, TrustAnchor, TrustedList
from edocs.signatures.services.published import installed_roots
from signing import SigningError, certificate_info
from signing.chains import ORGANISATION, PERSON, PURPOSES, TIMESTAMP, is_demo

REJUDGE = "signatures.rejudge"
CHANGEABLE = frozenset({"for_person", "for_organisation", "for_timestamp", "valid_from", "valid_to", "note"})
MOST_BYTES = 64 * 1024
NO_PURPOSE = _("Say at least one purpose, or take the anchor out of use.")


@dataclass(frozen=True)
class NewAnchor:
    """What is entered of an anchor; ``purposes`` are names of ``signing.chains.PURPOSES``."""

    certificate: bytes
    purposes: Collection[str] = PURPOSES
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None
    note: str = ""
    source: str = Source.ENTERED
    trusted_list: TrustedList | None = None


def read_certificate(data: bytes) -> bytes:
    """The DER of one certificate given as PEM or DER. Raises Invalid."""
    if len(data) > MOST_BYTES:
        raise Invalid(_("This file is too large for one certificate. Choose the certificate alone."), field="file")
    try:
        loaded = x509.load_pem_x509_certificate(data) if b"-----BEGIN" in data else x509.load_der_x509_certificate(data)
        der = loaded.public_bytes(Encoding.DER)
        certificate_info(der)
    except (ValueError, SigningError):
        raise Invalid(_("This file is no certificate (PEM or DER). Choose another file."), field="file") from None
    return der


def add_anchor(*, new: NewAnchor, by: Person) -> TrustAnchor:
    """Trust a certificate from now on; one that was taken out of use is taken in again.

    The first anchor takes the installed roots along: entering one never silently ends the trust in others.
    Raises NotPermitted, Invalid (no authority's certificate, no purpose, dates the wrong way round).
    """
    only_administrators(by)
    with transaction.atomic():
        if not TrustAnchor.objects.exists():
            adopt_installed(by=by)
        anchor = _keep(new, by=by)
        enqueue(REJUDGE, once=True, by=by)
    return anchor


def adopt_installed(*, by: Person) -> list[TrustAnchor]:
    """Take the installed roots over into the list, for every purpose, unless they stand there already."""
    only_administrators(by)
    with transaction.atomic():
        known = set(TrustAnchor.objects.values_list("fingerprint", flat=True))
        new = [der for der in installed_roots() if certificate_info(der).fingerprint not in known]
        return [_keep(NewAnchor(der, source=Source.INSTALLED), by=by) for der in new]


def _keep(new: NewAnchor, *, by: Person) -> TrustAnchor:
    _check(new)
    info = certificate_info(new.certificate)
    anchor = TrustAnchor.objects.select_for_update().filter(fingerprint=info.fingerprint).first() or TrustAnchor(
        fingerprint=info.fingerprint, added_at=clock.now()
    )
    anchor.name = (info.name or info.organisation)[:250]
    anchor.organisation, anchor.serial = info.organisation[:250], info.serial[:64]
    anchor.certificate = new.certificate
    anchor.not_before, anchor.not_after = info.not_before, info.not_after
    anchor.for_person = PERSON in new.purposes
    anchor.for_organisation = ORGANISATION in new.purposes
    anchor.for_timestamp = TIMESTAMP in new.purposes
    anchor.valid_from, anchor.valid_to = new.valid_from, new.valid_to
    anchor.is_demo = is_demo(new.certificate)
    anchor.note, anchor.source, anchor.trusted_list = new.note, new.source, new.trusted_list
    anchor.retired_at = None
    anchor.save()
    facts = {"name": anchor.name, "fingerprint": anchor.fingerprint, "purposes": sorted(new.purposes)}
    record("trust.add", anchor, by=by, after={**facts, **_dates(anchor), "source": anchor.source})
    return anchor


def change_anchor(*, anchor: TrustAnchor, changes: Mapping[str, Any], by: Person) -> TrustAnchor:
    """Change purposes, dates or note; ``changes`` are names of ``CHANGEABLE`` with their new values."""
    only_administrators(by)
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"an anchor's {sorted(unknown)} cannot be changed")
    with transaction.atomic():
        fresh = _in_use(anchor)
        before = {name: getattr(fresh, name) for name in changes}
        for name, value in changes.items():
            setattr(fresh, name, value)
        if not (fresh.for_person or fresh.for_organisation or fresh.for_timestamp):
            raise Invalid(NO_PURPOSE, field="for_person")
        _check_dates(fresh.valid_from, fresh.valid_to)
        if before == changes:
            return fresh
        fresh.save(update_fields=sorted(changes))
        record("trust.change", fresh, by=by, before=before, after=dict(changes))
        enqueue(REJUDGE, once=True, by=by)
    return fresh


def retire_anchor(*, anchor: TrustAnchor, by: Person, reason: str = "") -> None:
    """Trust a certificate no longer, whatever was signed below it and when; its verdicts are judged anew.

    To go on trusting what was signed before a day, give that day as its end instead (``change_anchor``).
    """
    only_administrators(by)
    with transaction.atomic():
        fresh = _in_use(anchor)
        fresh.retired_at = clock.now()
        fresh.save(update_fields=["retired_at"])
        record("trust.retire", fresh, by=by, before={"fingerprint": fresh.fingerprint}, after={"reason": reason})
        enqueue(REJUDGE, once=True, by=by)


def _check(new: NewAnchor) -> None:
    if not new.purposes or set(new.purposes) - PURPOSES:
        raise Invalid(NO_PURPOSE, field="for_person")
    _check_dates(new.valid_from, new.valid_to)
    if not _may_issue(new.certificate) and set(new.purposes) != {TIMESTAMP}:
        raise Invalid(
            _("This is the certificate of a holder, not of an authority. Only authorities can be trusted for others."),
            field="file",
        )


def _may_issue(certificate: bytes) -> bool:
    """An authority's certificate; very old roots bear no such extension but signed themselves."""
    loaded = x509.load_der_x509_certificate(certificate)
    try:
        return bool(loaded.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return loaded.subject == loaded.issuer
    except ValueError:
        return False


def _check_dates(begin: dt.datetime | None, end: dt.datetime | None) -> None:
    if begin is not None and end is not None and end < begin:
        raise Invalid(_("The trust would end before it begins. Check the two dates."), field="valid_to")


def _dates(anchor: TrustAnchor) -> dict[str, Any]:
    return {"valid_from": anchor.valid_from, "valid_to": anchor.valid_to}


def _in_use(anchor: TrustAnchor) -> TrustAnchor:
    fresh = TrustAnchor.objects.select_for_update().get(pk=anchor.pk)
    if fresh.retired_at is not None:
        raise WrongState(_("“%(name)s” is out of use. Enter its certificate again to trust it.") % {"name": fresh.name})
    return fresh


def only_administrators(by: Person) -> None:
    """Raises NotPermitted unless ``by`` may decide who is trusted."""
    if not by.has_role("administrator"):
        raise NotPermitted(_("Only an administrator decides who is trusted."))
