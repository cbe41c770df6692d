"""Tools of the attack suite: authorities and keys, a letter and a form to sign, signing, appending revisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import algos, cms, keys
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import Trust

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)


@dataclass
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    private: Any
    above: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def parsed(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)

    @property
    def key(self) -> keys.PrivateKeyInfo:
        return keys.PrivateKeyInfo.load(self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))

    def signer(self, *, pss: bool = False, chain: bool = True) -> signers.SimpleSigner:
        above = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in self.above] if chain else []
        return signers.SimpleSigner(
            signing_cert=self.parsed,
            signing_key=self.key,
            cert_registry=SimpleCertificateStore.from_certs(above),
            prefer_pss=pss,
        )


def issue(
    name: str,
    by: Holder | None = None,
    *,
    organisation: str = "Sở Nội vụ tỉnh Mẫu",
    authority: bool = False,
    usages: Iterable[str] = ("digital_signature", "content_commitment"),
    purposes: Iterable[x509.ObjectIdentifier] = (),
    valid: tuple[datetime, datetime] = (NOW - YEAR, NOW + YEAR),
    private: Any = None,
    constraints: bool = True,
) -> Holder:
    """A new certificate, by itself when nobody issues it."""
    private = private or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    wanted = {"key_cert_sign", "crl_sign"} if authority else set(usages)
    all_usages = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    if wanted:
        builder = builder.add_extension(x509.KeyUsage(*(one in wanted for one in all_usages)), critical=True)
    if constraints:
        builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=True)
    if by:
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.private.public_key()), critical=False
        )
    signing = by.private if by else private
    digest = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Holder(
        builder.sign(signing, digest), private, (*([by.certificate] if by else []), *(by.above if by else ()))
    )


def revocations(by: Holder, revoked: dict[int, datetime], issued: datetime = NOW - timedelta(hours=1)) -> bytes:
    """A revocation list: serial numbers with the time from which they are revoked."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(issued)
        .next_update(issued + timedelta(days=30))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.private.public_key()), critical=False)
        .add_extension(x509.CRLNumber(int(issued.timestamp())), critical=False)
    )
    for serial, when in revoked.items():
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        )
    return builder.sign(by.private, hashes.SHA256()).public_bytes(Encoding.DER)


class Pki:
    """The authorities and people of the suite; each made when first asked for."""

    @cached_property
    def root(self) -> Holder:
        return issue(
            "Mẫu Root CA", organisation="Ban Cơ yếu Mẫu", authority=True, valid=(NOW - 10 * YEAR, NOW + 10 * YEAR)
        )

    @cached_property
    def sub(self) -> Holder:
        return issue(
            "Mẫu CA", self.root, organisation="Ban Cơ yếu Mẫu", authority=True, valid=(NOW - 9 * YEAR, NOW + 9 * YEAR)
        )

    @cached_property
    def leader(self) -> Holder:
        return issue("Nguyễn Thị Hồng Ánh", self.sub, private=rsa.generate_private_key(65537, 2048))

    @cached_property
    def clerk(self) -> Holder:
        return issue("Trần Văn Thư", self.sub)

    @cached_property
    def seal(self) -> Holder:
        return issue("Sở Nội vụ tỉnh Mẫu", self.sub)

    @cached_property
    def ed25519(self) -> Holder:
        return issue("Lê Ét", self.sub, private=ed25519.Ed25519PrivateKey.generate())

    @cached_property
    def expired(self) -> Holder:
        return issue("Nguyễn Văn Cũ", self.sub, valid=(NOW - 3 * YEAR, NOW - YEAR))

    @cached_property
    def future(self) -> Holder:
        return issue("Nguyễn Văn Mới", self.sub, valid=(NOW + YEAR, NOW + 2 * YEAR))

    @cached_property
    def revoked(self) -> Holder:
        return issue("Phạm Thu Hồi", self.sub)

    @cached_property
    def weak(self) -> Holder:
        return issue("Hoàng Yếu", self.sub, private=rsa.generate_private_key(65537, 1024))

    @cached_property
    def web_server(self) -> Holder:
        return issue("mau.gov.vn", self.sub, purposes=[ExtendedKeyUsageOID.SERVER_AUTH])

    @cached_property
    def encipherer(self) -> Holder:
        return issue("Nguyễn Mã Hóa", self.sub, usages=["key_encipherment"])

    @cached_property
    def tsa(self) -> Holder:
        private = rsa.generate_private_key(65537, 2048)
        purposes, valid = [ExtendedKeyUsageOID.TIME_STAMPING], (NOW - 2 * YEAR, NOW + YEAR)
        return issue("Mẫu TSA", self.sub, purposes=purposes, valid=valid, private=private)

    @cached_property
    def alone(self) -> Holder:
        return issue("Văn phòng Độc Lập")

    @cached_property
    def false_root(self) -> Holder:
        return issue("Mẫu Root CA", organisation="Ban Cơ yếu Mẫu", authority=True)

    @cached_property
    def false_leader(self) -> Holder:
        false_sub = issue("Mẫu CA", self.false_root, organisation="Ban Cơ yếu Mẫu", authority=True)
        return issue("Nguyễn Thị Hồng Ánh", false_sub)

    @cached_property
    def issued_by_a_person(self) -> Holder:
        return issue("Giám đốc Giả", self.clerk)

    @cached_property
    def false_tsa(self) -> Holder:
        private = rsa.generate_private_key(65537, 2048)
        return issue("Fast TSA", self.false_root, purposes=[ExtendedKeyUsageOID.TIME_STAMPING], private=private)

    @cached_property
    def trust(self) -> Trust:
        """The root alone, as somebody names it on the command line."""
        return Trust.from_bytes(self.root.certificate.public_bytes(Encoding.PEM))

    @cached_property
    def trust_with_lists(self) -> Trust:
        """The root with the revocation lists of today; "Phạm Thu Hồi" was revoked half a year ago."""
        when = NOW - YEAR / 2
        lists = (revocations(self.root, {}), revocations(self.sub, {self.revoked.certificate.serial_number: when}))
        return Trust(self.trust.roots, (), lists, "require")

    def stamper(self, by: Holder | None = None, at: datetime | None = None) -> DummyTimeStamper:
        by = by or self.tsa
        return DummyTimeStamper(
            by.parsed,
            by.key,
            SimpleCertificateStore.from_certs(
                [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in by.above]
            ),
            fixed_dt=at,
        )


def letter(*, pages: int = 1, words: str = "Chi 1.000.000", **save: Any) -> bytes:
    """A letter that can be read in its bytes: Helvetica, no compression, a classical table."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        text = f"BT /F1 14 Tf 72 700 Td (Quyet dinh trang {number + 1}: {words}) Tj ET\n"
        text += "BT /F1 12 Tf 72 660 Td (Nguoi nhan: So Tai chinh tinh Mau) Tj ET\n"
        page.Contents = pdf.make_stream(text.encode("latin-1", "replace"))
    pdf.docinfo["/Title"] = "Quyet dinh"
    return _saved(pdf, **save)


def form(*, signature: bool = False) -> bytes:
    """A letter with a text field, a tick box and a choice."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        page = pdf.pages[0].obj
        font = page.Resources.Font.F1
        empty = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 150, 20])
        ticked = pdf.make_stream(
            b"0 0 m 14 14 l S", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 14, 14]
        )
        clear = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 14, 14])
        common = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Widget, "F": 4, "P": page}
        fields = [
            pikepdf.Dictionary(
                FT=pikepdf.Name.Tx, T="amount", DA="/F1 12 Tf 0 g", Rect=[72, 600, 222, 620],
                AP=pikepdf.Dictionary(N=empty), **common,
            ),
            pikepdf.Dictionary(
                FT=pikepdf.Name.Btn, T="agree", Rect=[72, 560, 86, 574], AS=pikepdf.Name.Off, V=pikepdf.Name.Off,
                AP=pikepdf.Dictionary(N=pikepdf.Dictionary(Yes=ticked, Off=clear)), **common,
            ),
            pikepdf.Dictionary(
                FT=pikepdf.Name.Ch, T="kind", Ff=131072, DA="/F1 12 Tf 0 g", Rect=[72, 520, 222, 540],
                Opt=["Khan", "Thuong"], AP=pikepdf.Dictionary(N=empty), **common,
            ),
        ]  # fmt: skip
        references = [pdf.make_indirect(one) for one in fields]
        page.Annots = pikepdf.Array(references)
        pdf.Root.AcroForm = pikepdf.Dictionary(
            Fields=pikepdf.Array(references),
            DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
            DA="/F1 12 Tf 0 g",
        )
        data = _saved(pdf)
    if signature:
        writer = IncrementalPdfFileWriter(BytesIO(data))
        append_signature_field(writer, SigFieldSpec("leader", box=(300, 100, 450, 160)))
        append_signature_field(writer, SigFieldSpec("seal", box=(200, 100, 290, 190)))
        data = written(writer)
    return data


def _saved(pdf: pikepdf.Pdf, **save: Any) -> bytes:
    out = BytesIO()
    options: dict[str, Any] = {
        "object_stream_mode": pikepdf.ObjectStreamMode.disable,
        "compress_streams": False,
        "stream_decode_level": pikepdf.StreamDecodeLevel.none,
        "static_id": True,
    }
    pdf.save(out, **(options | save))
    return out.getvalue()


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def sign(
    data: bytes,
    by: Holder,
    name: str = "Signature1",
    *,
    box: tuple[int, int, int, int] | None = None,
    certify: MDPPerm | None = None,
    lock: FieldMDPSpec | None = None,
    stamper: Any = None,
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES,
    digest: str = "sha256",
    pss: bool = False,
    chain: bool = True,
    style: Any = None,
    password: str | None = None,
    **meta: Any,
) -> bytes:
    """Sign as many programs do: by pyHanko's own way, in a field that is made if need be."""
    writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
    if password is not None:
        writer.encrypt(password)
    spec = SigFieldSpec(name, box=box, field_mdp_spec=lock, doc_mdp_update_value=MDPPerm.FILL_FORMS if lock else None)
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm=digest,
            subfilter=subfilter,
            certify=certify is not None,
            docmdp_permissions=certify or MDPPerm.FILL_FORMS,
            **meta,
        ),
        signer=by.signer(pss=pss, chain=chain),
        timestamper=stamper,
        stamp_style=style,
        new_field_spec=spec,
    )
    out = BytesIO()
    signer.sign_pdf(writer, output=out, bytes_reserved=16384)
    return out.getvalue()


def with_proofs(
    data: bytes, certificates: Iterable[Holder] = (), lists: Iterable[bytes] = (), answers: Iterable[bytes] = ()
) -> bytes:
    """Proofs added in a revision of their own."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[one.parsed for one in certificates],
        crls=[asn1_crl.CertificateList.load(der) for der in lists],
        ocsps=[asn1_ocsp.OCSPResponse.load(der) for der in answers],
    )
    return written(writer)


def stamped(data: bytes, stamper: Any, name: str = "ts1") -> bytes:
    """A document time stamp added."""
    out = BytesIO()
    signers.PdfTimeStamper(stamper, field_name=name).timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(data)), "sha256", output=out, bytes_reserved=16384
    )
    return out.getvalue()


def changed(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """A revision added by a well-behaved program."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    return written(writer)


_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)


@dataclass
class Raw:
    """A file with a classical table, taken apart by hand."""

    data: bytes
    startxref: int = field(init=False)
    size: int = field(init=False)
    root: int = field(init=False)

    def __post_init__(self) -> None:
        self.startxref = int(re.findall(rb"startxref\s+(\d+)", self.data)[-1])
        trailer = _TRAILER.findall(self.data)[-1]
        self.size = int(re.findall(rb"/Size\s+(\d+)", trailer)[-1])
        self.root = int(re.findall(rb"/Root\s+(\d+)", trailer)[-1])

    @property
    def numbers(self) -> set[int]:
        """The numbers of all objects."""
        return {int(match.group(1)) for match in re.finditer(rb"(?m)^(\d+) 0 obj\b", self.data)}

    def offset(self, number: int) -> int:
        """Where the newest object of this number begins."""
        return [match.start() for match in re.finditer(rb"(?<![0-9])%d 0 obj\b" % number, self.data)][-1]

    def object(self, number: int) -> bytes:
        start = self.offset(number)
        return self.data[start : self.data.index(b"endobj", start)].split(b"obj", 1)[1].strip()

    def number_of(self, part: bytes) -> int:
        """The number of the newest object that holds these bytes."""
        place = self.data.rindex(part)
        return int(re.findall(rb"(?<![0-9])(\d+) 0 obj\b", self.data[:place])[-1])

    def append(
        self,
        objects: dict[int, bytes],
        *,
        free: dict[int, int] | None = None,
        moved: dict[int, int] | None = None,
        generation: dict[int, int] | None = None,
        trailer: bytes = b"",
        root: int | None = None,
        prev: int | None = -1,
        table: bool = True,
        end: bytes = b"%%EOF\n",
        before_table: bytes = b"",
        names_table: bool = True,
    ) -> bytes:
        """A revision by hand: new ``objects``, ``free`` numbers, numbers ``moved`` to offsets of old bytes."""
        out = bytearray(self.data)
        if not out.endswith(b"\n"):
            out += b"\n"
        places: dict[int, bytes] = {}
        for number, body in objects.items():
            own = (generation or {}).get(number, 0)
            places[number] = b"%010d %05d n \n" % (len(out), own)
            out += b"%d %d obj\n%s\nendobj\n" % (number, own, body)
        for number, offset in (moved or {}).items():
            places[number] = b"%010d 00000 n \n" % offset
        for number, next_generation in (free or {}).items():
            places[number] = b"0000000000 %05d f \n" % next_generation
        out += before_table
        if not table:
            return bytes(out)
        start = len(out)
        out += b"xref\n"
        for number in sorted(places):
            out += b"%d 1\n%s" % (number, places[number])
        size = max([self.size, *(number + 1 for number in places)])
        previous = b"" if prev is None else b"/Prev %d" % (self.startxref if prev == -1 else prev)
        out += b"trailer\n<</Size %d /Root %d 0 R %s %s>>\n" % (size, root or self.root, previous, trailer)
        out += b"startxref\n%d\n" % (start if names_table else self.startxref) + end
        return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """The body of a stream object."""
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def page_of(writer: IncrementalPdfFileWriter, number: int = 0) -> generic.DictionaryObject:
    return writer.find_page_for_modification(number)[0].get_object()


def put(holder: generic.DictionaryObject, key: str, value: Any) -> None:
    holder[pdf_name(key)] = value


def algorithm(name: str) -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": name})


def contents_of(data: bytes) -> tuple[int, int]:
    """Where the last signature's hexadecimal digits begin and end, with their brackets."""
    start = data.rindex(b"/Contents <") + len(b"/Contents ")
    return start, data.index(b">", start) + 1


def message_of(data: bytes) -> cms.ContentInfo:
    start, end = contents_of(data)
    return cms.ContentInfo.load(bytes.fromhex(data[start + 1 : end - 1].decode()))
