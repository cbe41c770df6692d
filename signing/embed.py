"""Putting a signature, its proofs and a time stamp into a PDF, each as an incremental revision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
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
from signing.stamps import draw_image
from signing.timestamps import Timestamper

_SIGNATURE_ROOM = 16_384
"""Hexadecimal digits kept for a signature with its time stamp (half as many bytes of DER)."""
_TIMESTAMP_ROOM = 12_288
_CHUNK = 1 << 16
FORM_ERRORS = (PdfError, ForeignSigningError, ValueError, TypeError, KeyError, AttributeError)
"""What pyHanko raises on malformed files."""

Filler = Callable[[IncrementalPdfFileWriter], None]


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


def open_writer(stream: IO[bytes]) -> IncrementalPdfFileWriter:
    """An incremental writer on ``stream``; refuses encrypted files."""
    writer = IncrementalPdfFileWriter(stream)
    if writer.prev.encrypted:
        raise EncryptedDocument("the document is encrypted")
    return writer


def write_signature(
    source: Path,
    target: Path,
    field: str,
    key: SigningKey,
    timestamper: Timestamper,
    *,
    image: bytes | None,
    fill: Filler | None = None,
) -> None:
    """Sign ``source`` in the existing empty ``field`` and write the result to ``target`` (level B-T).

    ``image`` is the PNG shown in the field; ``fill`` may change other fields in the same revision.
    """
    with (
        source.open("rb") as stream,
        target.open("w+b") as output,
        foreign_errors("the document cannot be signed"),
    ):
        writer = open_writer(stream)
        reference = find_field(writer, field, "/Sig")
        if fill is not None:
            fill(writer)
        if image is not None:
            draw_image(writer, resolve(reference), image)
        writer.register_extension(ESIC_EXTENSION_1)
        now = timestamper.now()
        writer.document_meta.last_modified = now
        step = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
        widget = next(step).get_object()
        step.send(
            SigObjSetup(
                SignatureObject(
                    timestamp=now,
                    subfilter=SigSeedSubFilter.PADES,
                    bytes_reserved=_SIGNATURE_ROOM,
                ),
                _lock(widget),
            )
        )
        prepared, _ = step.send(SigIOSetup(md_algorithm="sha256", output=output, chunk_size=_CHUNK))
        step.send(cms.signature(key, prepared.document_digest, timestamper.token))


def _lock(widget: generic.DictionaryObject) -> SigMDPSetup | None:
    """The lock laid down in the field when the document was prepared."""
    if "/Lock" not in widget:
        return None
    lock = widget["/Lock"]
    permission = MDPPerm(int(lock["/P"])) if "/P" in lock else None
    return SigMDPSetup("sha256", False, FieldMDPSpec.from_pdf_object(lock), permission)


def add_proofs(target: Path, certificates: Iterable[bytes], revocation_lists: Iterable[bytes]) -> None:
    """Add certificates and revocation lists to ``target`` in a revision of their own (level B-LT)."""
    with target.open("r+b") as stream, foreign_errors("no proofs can be added"):
        writer = open_writer(stream)
        _supply(writer, certificates, revocation_lists)
        write_in_place(writer)


def add_document_timestamp(
    target: Path,
    field: str,
    timestamper: Timestamper,
    certificates: Iterable[bytes],
    revocation_lists: Iterable[bytes],
) -> None:
    """Add proofs and a document time stamp in ``field`` to ``target``, in one revision (level B-LTA)."""
    with target.open("r+b") as stream, foreign_errors("no time stamp can be added"):
        writer = open_writer(stream)
        _supply(writer, certificates, revocation_lists)
        writer.document_meta.last_modified = timestamper.now()
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
) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in certificates],
        crls=[asn1_crl.CertificateList.load(der) for der in revocation_lists],
    )
