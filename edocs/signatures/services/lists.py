"""Trusted lists (ETSI TS 119 612): read and kept as they came, then taken over service by service."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Collection
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.storage import keep_file
from edocs.errors import Invalid, WrongState
from edocs.journal.services import record
from edocs.limited import FileRefused
from edocs.limited.evidence import read_trusted_list
from edocs.office.models import Person
from edocs.signatures.models import Source, TrustAnchor, TrustedList
from edocs.signatures.services.trust import NewAnchor, add_anchor, only_administrators

MEDIA_TYPE = "application/vnd.etsi.tsl+xml"
MOST_BYTES = 30 * 1024 * 1024


def read_list(*, path: Path, by: Person) -> TrustedList:
    """Read and keep a list; nobody is trusted by it before somebody took it over.

    Raises NotPermitted, Invalid (no such list, or its own signature is wrong).
    """
    only_administrators(by)
    if path.stat().st_size > MOST_BYTES:
        raise Invalid(_("This file is too large for a trusted list."), field="file")
    try:
        said = read_trusted_list(path)
    except FileRefused:
        raise Invalid(
            _("This is no trusted list by ETSI TS 119 612, or it was altered after it was signed. Fetch it again."),
            field="file",
        ) from None
    blob = keep_file(path, MEDIA_TYPE)
    with transaction.atomic():
        kept = TrustedList.objects.create(
            blob=blob,
            operator=said["operator"],
            territory=said["territory"][:10],
            sequence=said["sequence"],
            issued_at=_moment(said["issued_at"]),
            next_update=_moment(said["next_update"]),
            signature=said["signature"],
            signer=said["signer"],
            signer_sha256=said["signer_sha256"],
            services=said["services"],
            read_at=clock.now(),
            by=by,
        )
        facts = {name: said[name] for name in ("operator", "sequence", "signature", "signer_sha256", "left_out")}
        record("trust.list.read", kept, by=by, after={**facts, "sha256": blob.pk, "services": len(kept.services)})
    return kept


def take_list(*, trusted_list: TrustedList, chosen: Collection[str], by: Person) -> list[TrustAnchor]:
    """Trust the chosen services (fingerprints) of a list, each for what the list says and since when.

    A certificate that the list names for several services gets all their purposes, from the earliest of their days.
    """
    only_administrators(by)
    with transaction.atomic():
        fresh = TrustedList.objects.select_for_update().get(pk=trusted_list.pk)
        if fresh.taken_at is not None:
            raise WrongState(_("This list was taken over already. Read the newest list to change what is trusted."))
        if not chosen or set(chosen) - {one["sha256"] for one in fresh.services}:
            raise Invalid(_("Choose the services to be trusted from the list."), field="chosen")
        anchors = [add_anchor(new=_anchor(fresh, sha256), by=by) for sha256 in sorted(set(chosen))]
        fresh.taken_at = clock.now()
        fresh.save(update_fields=["taken_at"])
        record("trust.list.take", fresh, by=by, after={"anchors": [one.pk for one in anchors]})
    return anchors


def _anchor(trusted_list: TrustedList, sha256: str) -> NewAnchor:
    named = [one for one in trusted_list.services if one["sha256"] == sha256]
    since = [_moment(one["since"]) for one in named]
    return NewAnchor(
        certificate=base64.b64decode(named[0]["certificate"]),
        purposes={purpose for one in named for purpose in one["purposes"]},
        valid_from=None if None in since else min(day for day in since if day is not None),
        note=f"{named[0]['provider']}: {named[0]['name']}"[:500],
        source=Source.LIST,
        trusted_list=trusted_list,
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
