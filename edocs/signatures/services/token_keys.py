"""A person enters the certificate of their own token; the key itself never comes here."""

from __future__ import annotations

import unicodedata

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.errors import Invalid
from edocs.journal.services import record
from edocs.office.models import Person, Role
from edocs.office.queries import the_agency
from edocs.signatures.models import Key, Purpose
from edocs.signatures.models_token import TokenCertificate
from edocs.signatures.sentences import as_refusal
from edocs.signatures.services.published import trust_in_force
from edocs.signatures.services.two_phase import AT_DESK
from signing import SigningError, Trust, certificate_info
from signing.raw import algorithm_of

LARGEST = 16 * 1024


def enter_token(*, person: Person, certificate: bytes) -> Key:
    """Enter the certificate on a person's token as their key; a clerk enters the agency's as its seal.

    It must be trusted, valid today, and bear the person's own name, or the agency's on a token that the clerical
    office keeps (Decree 30/2020, Art. 32); other keys stay entered. Whoever has the token signs, so entering a
    certificate gives nobody a right. What an administrator took out of use stays so. Raises Invalid.
    """
    if not certificate or len(certificate) > LARGEST:
        raise Invalid(_("This is no certificate."), code="bad_certificate")
    try:
        info = certificate_info(certificate)
        algorithm_of(certificate)
        Trust.from_folder(trust_in_force().folder).check_for_signing(certificate, clock.now())
    except SigningError as error:
        raise as_refusal(error) from None
    is_seal = person.has_role(Role.CLERK) and _folded(info.name) == _folded(the_agency().name)
    if not is_seal and _folded(info.name) != _folded(person.full_name):
        raise Invalid(
            _("The certificate says “%(name)s”. Only a certificate with your own name can be entered here.")
            % {"name": info.name[:80]},
            code="other_person",
        )
    fields = {
        "provider": AT_DESK,
        "purpose": Purpose.SEAL if is_seal else Purpose.PERSON,
        "owner": None if is_seal else person,
        "fingerprint": info.fingerprint,
        "subject": f"{info.name}, {info.organisation}"[:250],
        "issuer": info.issuer[:250],
        "serial": info.serial[:64],
        "valid_from": info.not_before,
        "valid_to": info.not_after,
        "is_active": True,
    }
    with transaction.atomic():
        reference = f"{AT_DESK}-{info.fingerprint[:32]}"
        if Key.objects.filter(reference=reference, is_active=False).exists():
            raise Invalid(
                _("This certificate was taken out of use. Ask the administrator, or enter that of a new token."),
                code="retired",
            )
        key, _created = Key.objects.update_or_create(reference=reference, defaults=fields)
        TokenCertificate.objects.update_or_create(key=key, defaults={"certificate": certificate})
        facts = {"reference": reference, "provider": AT_DESK, "purpose": key.purpose, "serial": key.serial}
        record("key.register", key, by=person, after=facts)
    return key


def entered_by(person: Person) -> QuerySet[Key]:
    """The keys on tokens that this person signs with: their own, for a clerk the agency's seal too."""
    mine = Q(owner=person)
    if person.has_role(Role.CLERK):
        mine |= Q(purpose=Purpose.SEAL)
    return Key.objects.filter(mine, provider=AT_DESK, is_active=True).order_by("-valid_to")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()
