"""A person enters the certificate of their own token; the key itself never comes here."""

from __future__ import annotations

import unicodedata

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.errors import Invalid
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures.models import Key, Purpose
from edocs.signatures.models_token import TokenCertificate
from edocs.signatures.sentences import as_refusal
from edocs.signatures.services.published import trust_in_force
from edocs.signatures.services.two_phase import AT_DESK
from signing import SigningError, Trust, certificate_info
from signing.raw import algorithm_of

LARGEST = 16 * 1024


def enter_token(*, person: Person, certificate: bytes) -> Key:
    """Enter the certificate on a person's token as their key.

    It must be trusted, valid today, and bear the person's own name; other keys of theirs stay entered. Whoever has
    the token signs, so entering a certificate gives nobody a right. Raises Invalid.
    """
    if not certificate or len(certificate) > LARGEST:
        raise Invalid(_("This is no certificate."), code="bad_certificate")
    try:
        info = certificate_info(certificate)
        algorithm_of(certificate)
        Trust.from_folder(trust_in_force().folder).check_for_signing(certificate, clock.now())
    except SigningError as error:
        raise as_refusal(error) from None
    if _folded(info.name) != _folded(person.full_name):
        raise Invalid(
            _("The certificate says “%(name)s”. Only a certificate with your own name can be entered here.")
            % {"name": info.name[:80]},
            code="other_person",
        )
    fields = {
        "provider": AT_DESK,
        "purpose": Purpose.PERSON,
        "owner": person,
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
        key, _created = Key.objects.update_or_create(reference=reference, defaults=fields)
        TokenCertificate.objects.update_or_create(key=key, defaults={"certificate": certificate})
        record(
            "key.register", key, by=person, after={"reference": reference, "provider": AT_DESK, "serial": key.serial}
        )
    return key


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()
