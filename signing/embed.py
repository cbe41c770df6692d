"""Putting a signature, its proofs and a time stamp into a PDF, each as an incremental revision."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as ForeignSigningError
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError

from signing import cms
from signing.errors import (
    AlreadySigned,
    DamagedDocument,
    EncryptedDocument,
    FieldMissing,
    SigningError,
    TimestampUnavailable,
)
from signing.keys import SigningKey
from signing.objects import document_timestamp, fields, resolve, write_in_place
from signing.revocation import is_ocsp
from signing.stamps import draw_image
from signing.timestamps import Timestamper
from signing.trust import certificate_of

_SIGNATURE_ROOM = 16_384
"""Hexadecimal digits kept for a signature with its time stamp (half as many bytes of DER)."""
_TIMESTAMP_ROOM = 12_288
_CHUNK = 1 << 16
_IN_MEMORY = 8 << 20
"""Files up to this size (bytes) are worked on in memory."""
FORM_ERRORS = (PdfError, ForeignSigningError, ValueError, TypeError, KeyError, AttributeError)
"""What pyHanko raises on malformed files."""

Filler = Callable[[IncrementalPdfFileWriter], None]
Proofs = tuple[Iterable[bytes], Iterable[bytes]]
"""Certificates and revocation lists, DER."""


@lru_cache(maxsize=64)
def crl_of(der: bytes) -> asn1_crl.CertificateList:
    """The parsed form of a DER revocation list, kept."""
    return asn1_crl.CertificateList.load(der)


@contextmanager
def foreign_errors(what: str) -> Iterator[None]:
    """Turn pyHanko's errors into ours; only the kind of the error is kept, never its objects."""
    try:
        yield
    except SigningError:
        raise
    except FORM_ERRORS as error:
        raise DamagedDocument(f"{what} ({type(error).__name__})") from None


def find_field(writer: IncrementalPdfFileWriter, name: str, kind: str) -> generic.IndirectObject:
    """The empty field ``name`` of the given kind (``/Sig`` or ``/Tx``).

    Raises :class:`FieldMissing`, or :class:`AlreadySigned` when it is filled.
    """
    for _, value, reference in fields(writer.root, kind, name):
        if value is not None:
            raise AlreadySigned(f"the field {name!r} is filled already")
        return reference
    raise FieldMissing(f"the document has no field {name!r}")


class _Revision(IncrementalPdfFileWriter):
    """A revision that leaves what the document says of itself (Info, XMP) as it stands.

    A signature states its own time; rewriting both for it would cost a tenth of the whole and add two objects
    that everybody who judges the file has to look into.
    """

    def _update_meta(self) -> None:
        """Nothing to update."""


def open_writer(stream: IO[bytes]) -> IncrementalPdfFileWriter:
    """An incremental writer on ``stream``; refuses encrypted files."""
    writer = _Revision(stream)
    if writer.prev.encrypted:
        raise EncryptedDocument("the document is encrypted")
    return writer


@contextmanager
def extending(source: Path, target: Path) -> Iterator[IO[bytes]]:
    """A copy of ``source`` to append revisions to, written to ``target`` when the block ends without an error.

    Small files are kept in memory meanwhile, so that each byte is read and written once; large ones never are.
    """
    if source.stat().st_size <= _IN_MEMORY:
        memory = BytesIO(source.read_bytes())
        yield memory
        target.write_bytes(memory.getbuffer())
        return
    shutil.copyfile(source, target)
    with target.open("r+b") as stream:
        yield stream


def digest_of(stream: IO[bytes]) -> str:
    """SHA-256 of all of a stream, hexadecimal."""
    if isinstance(stream, BytesIO):
        return hashlib.sha256(stream.getbuffer()).hexdigest()
    stream.seek(0)
    digest = hashlib.sha256()
    while part := stream.read(_CHUNK):
        digest.update(part)
    return digest.hexdigest()


def write_signature(
    source: Path,
    target: Path,
    field: str,
    key: SigningKey,
    timestamper: Timestamper | None,
    *,
    image: bytes | None,
    fill: Filler | None = None,
) -> None:
    """Sign ``source`` in the existing empty ``field`` and write the result to ``target``.

    Level B-T, without a ``timestamper`` B-B; see :func:`append_signature`.
    """
    with extending(source, target) as stream:
        append_signature(stream, field, key, timestamper, image=image, fill=fill)


def append_signature(
    stream: IO[bytes],
    field: str,
    key: SigningKey,
    timestamper: Timestamper | None,
    *,
    image: bytes | None,
    fill: Filler | None = None,
    proofs: Proofs | None = None,
) -> datetime:
    """Sign the document in ``stream`` in its existing empty ``field``, as one more revision; the time of signing.

    ``image`` is the PNG shown in the field; ``fill`` may change other fields in the same revision.  ``proofs``
    are put into this very revision: what is known before signing needs none of its own, and whoever judges a
    file whose last revision is the signature has no change to explain.
    """
    with foreign_errors("the document cannot be signed"):
        writer = open_writer(stream)
        reference = find_field(writer, field, "/Sig")
        if fill is not None:
            fill(writer)
        if image is not None:
            draw_image(writer, resolve(reference), image)
        writer.register_extension(ESIC_EXTENSION_1)
        if proofs is not None:
            _supply(writer, *proofs)
        now = timestamper.now() if timestamper is not None else datetime.now(UTC)
        step = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
        widget = next(step).get_object()
        room = _SIGNATURE_ROOM if timestamper is not None else 2 * cms.room_for(key)
        placeholder = SignatureObject(timestamp=now, subfilter=SigSeedSubFilter.PADES, bytes_reserved=room)
        step.send(SigObjSetup(placeholder, _lock(widget)))
        prepared, _ = step.send(SigIOSetup(md_algorithm="sha256", in_place=True, chunk_size=_CHUNK))
        stamp = timestamper.token if timestamper is not None else None
        step.send(cms.signature(key, prepared.document_digest, stamp))
        return now


def _lock(widget: generic.DictionaryObject) -> SigMDPSetup | None:
    """The lock laid down in the field when the document was prepared."""
    if "/Lock" not in widget:
        return None
    lock = widget["/Lock"]
    permission = MDPPerm(int(lock["/P"])) if "/P" in lock else None
    return SigMDPSetup("sha256", False, FieldMDPSpec.from_pdf_object(lock), permission)


def add_proofs(target: Path, certificates: Iterable[bytes], revocation_lists: Iterable[bytes]) -> None:
    """Add certificates and revocation lists to ``target`` in a revision of their own (level B-LT)."""
    with target.open("r+b") as stream:
        append_proofs(stream, (certificates, revocation_lists))


def append_proofs(stream: IO[bytes], proofs: Proofs) -> None:
    """The same for a stream."""
    with foreign_errors("no proofs can be added"):
        writer = open_writer(stream)
        if _supply(writer, *proofs):  # an empty revision leaves a gap in the numbers of the objects
            write_in_place(writer)


def add_document_timestamp(
    target: Path,
    field: str,
    timestamper: Timestamper,
    certificates: Iterable[bytes],
    revocation_lists: Iterable[bytes],
) -> None:
    """Add proofs and a document time stamp in ``field`` to ``target``, in one revision (level B-LTA)."""
    with target.open("r+b") as stream:
        append_document_timestamp(stream, field, timestamper, (certificates, revocation_lists))


def append_document_timestamp(
    stream: IO[bytes], field: str, timestamper: Timestamper, proofs: Proofs | None = None
) -> None:
    """The same for a stream; without ``proofs`` when the document has them already."""
    with foreign_errors("no time stamp can be added"):
        writer = open_writer(stream)
        if proofs is not None:
            _supply(writer, *proofs)
        step = PdfCMSEmbedder(SigFieldSpec(field)).write_cms(field, writer)
        next(step)
        step.send(SigObjSetup(document_timestamp(_TIMESTAMP_ROOM)))
        prepared, _ = step.send(SigIOSetup(md_algorithm="sha256", in_place=True, chunk_size=_CHUNK))
        token = timestamper.token(prepared.document_digest)
        if 2 * len(token) > _TIMESTAMP_ROOM:
            raise TimestampUnavailable("the time stamp is larger than the room kept for it")
        step.send(token)


def _supply(
    writer: IncrementalPdfFileWriter,
    certificates: Iterable[bytes],
    revocation_lists: Iterable[bytes],
) -> bool:
    """Put what the file does not carry yet into its store of proofs; False when there was nothing to add.

    Answers of OCSP responders may stand among the revocation lists: both say what is revoked.
    """
    try:
        store = DocumentSecurityStore.read_dss(writer)
        carried = {reference.get_object().data for reference in (*store.certs.values(), *store.crls, *store.ocsps)}
    except ValidationInfoReadingError:
        carried = set()
    new_certificates = [der for der in certificates if der not in carried]
    new_lists = [der for der in revocation_lists if der not in carried]
    if new_certificates or new_lists:
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[certificate_of(der) for der in new_certificates],
            crls=[asn1_crl.CertificateList.load(der) for der in new_lists if not is_ocsp(der)],
            ocsps=[asn1_ocsp.OCSPResponse.load(der) for der in new_lists if is_ocsp(der)],
        )
    return bool(new_certificates or new_lists)
