"""Which keys there are, whose they are, and whether they may be used today."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures.backend import backend
from edocs.signatures.models import Key, Purpose
from edocs.signatures.sentences import as_refusal, sentence
from signing import SigningError
from signing.providers.pkcs12 import Pkcs12Provider

SOFT = Pkcs12Provider.name


def register_key(*, reference: str, purpose: str, owner: Person | None, by: Person) -> Key:
    """Enter a key of the signing process with its certificate; the person or the agency may use it from now on."""
    if not by.has_role("administrator"):
        raise NotPermitted(_("Only an administrator enters keys."))
    try:
        certificate = backend().certificate(reference)
        provider = backend().provider(reference)
    except SigningError as error:
        raise as_refusal(error) from None
    _check_soft(provider)
    with transaction.atomic():
        key, _created = Key.objects.update_or_create(
            reference=reference,
            defaults={
                "provider": provider,
                "purpose": purpose,
                "owner": owner,
                "fingerprint": certificate.fingerprint,
                "subject": f"{certificate.name}, {certificate.organisation}"[:250],
                "issuer": certificate.issuer[:250],
                "serial": certificate.serial[:64],
                "valid_from": certificate.not_before,
                "valid_to": certificate.not_after,
                "is_active": True,
            },
        )
        record("key.register", key, by=by, after=_facts(key))
    return key


def _facts(key: Key) -> dict[str, str]:
    return {"reference": key.reference, "provider": key.provider, "purpose": key.purpose, "serial": key.serial}


def _check_soft(provider: str) -> None:
    """Keys in files are for the demonstration, unless somebody said otherwise. Raises Invalid."""
    if provider == SOFT and not settings.ALLOW_SOFT_KEYS:
        raise Invalid(sentence("soft_key_refused"), code="soft_key_refused")


def retire_key(*, key: Key, by: Person) -> None:
    """Take a key out of use; signatures made with it stay what they are."""
    if not by.has_role("administrator"):
        raise NotPermitted(_("Only an administrator retires keys."))
    with transaction.atomic():
        Key.objects.filter(pk=key.pk).update(is_active=False)
        record("key.retire", key, by=by, before={"reference": key.reference})


def use_key_again(*, key: Key, by: Person) -> None:
    """Put back into use a key that was taken out of it."""
    if not by.has_role("administrator"):
        raise NotPermitted(_("Only an administrator enters keys."))
    with transaction.atomic():
        Key.objects.filter(pk=key.pk).update(is_active=True)
        record("key.use_again", key, by=by, after={"reference": key.reference})


def key_of(person: Person) -> Key | None:
    """The key entered for a person, whether it may be used today or not; the one that is valid longest of several."""
    keys = Key.objects.filter(owner=person, purpose=Purpose.PERSON, is_active=True)
    found: Key | None = keys.order_by("-valid_to").first()
    return found


def key_of_seal() -> Key | None:
    """The key entered for the agency's seal, whether it may be used today or not."""
    found: Key | None = Key.objects.filter(purpose=Purpose.SEAL, is_active=True).order_by("-valid_to").first()
    return found


def personal_key(person: Person) -> Key:
    """The key of a person, when it may be used today. Raises Invalid."""
    key = key_of(person)
    if key is None:
        raise Invalid(
            _("No key is entered for %(name)s. Ask the administrator to enter one.") % {"name": person.full_name},
            code="no_key",
        )
    return usable(key)


def seal_key() -> Key:
    """The key of the agency's seal, when it may be used today. Raises Invalid."""
    key = key_of_seal()
    if key is None:
        raise Invalid(_("No seal is entered. Ask the administrator to enter the agency's key."), code="no_key")
    return usable(key)


def usable(key: Key) -> Key:
    """Check the key and its certificate before signing (Decree 23/2025, Art. 17; R-SIG-6). Raises Invalid."""
    _check_soft(key.provider)
    moment = clock.now()
    if key.valid_to < moment:
        raise Invalid(
            _("The certificate of “%(key)s” expired on %(day)s. Ask the administrator for a new one.")
            % {"key": key.reference, "day": f"{timezone.localtime(key.valid_to):%d/%m/%Y}"},
            code="certificate_expired",
        )
    if key.valid_from > moment:
        raise Invalid(
            _("The certificate of “%(key)s” is valid only from %(day)s.")
            % {"key": key.reference, "day": f"{timezone.localtime(key.valid_from):%d/%m/%Y}"},
            code="certificate_not_yet_valid",
        )
    return key
