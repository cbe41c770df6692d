"""Authorities on this machine: responders, revocation lists and time stamps by HTTP, each in a mood."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import Trust
from signing.der import integer, sequence
from signing.keys import LoadedKey

NOW = datetime.now(UTC).replace(microsecond=0)
REPLY = "application/timestamp-reply"
BEGIN, END = NOW - timedelta(days=400), NOW + timedelta(days=800)
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_KEYS: list[rsa.RSAPrivateKey] = []


def new_key(number: int) -> rsa.RSAPrivateKey:
    """The key of this number; making one takes longer than everything that is tested."""
    while len(_KEYS) <= number:
        _KEYS.append(rsa.generate_private_key(65537, 2048))
    return _KEYS[number]


def certify(
    number: int,
    name: str,
    issuer: LoadedKey | None,
    usages: tuple[str, ...],
    *,
    authority: bool = False,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    critical: bool = True,
    unchecked: bool = False,
    ocsp_url: str = "",
    crl_url: str = "",
    valid: tuple[datetime, datetime] = (BEGIN, END),
) -> LoadedKey:
    """A key with its certificate by ``issuer``, itself when there is none."""
    private = new_key(number)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = x509.load_der_x509_certificate(issuer.certificate) if issuer else None
    signer = issuer.private if issuer else private
    public = signer.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.subject if above else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in _USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    if unchecked:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    if ocsp_url:
        place = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url))
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    if crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    made = builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)
    return LoadedKey(private, made, (issuer.certificate,) if issuer and issuer.chain else ())


Answer = Callable[[str, bytes], tuple[int, str, bytes]]


@dataclass
class Machine:
    """An HTTP server of ours; ``answers`` give status, content type and body by path."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    """Seconds between two bytes of a body."""
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"


@contextmanager
def machine() -> Iterator[Machine]:
    """A machine that answers until the end of the block."""
    told = Machine()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append(self.path)
            if self.path not in told.answers:
                self.send_error(404)
                return
            status, kind, said = told.answers[self.path](self.path, body)
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(said)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                if not told.drip:
                    self.wfile.write(said)
                for number in range(len(said) if told.drip else 0):
                    self.wfile.write(said[number : number + 1])
                    time.sleep(told.drip)
            except OSError:
                return  # whoever asked had enough

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Agency:
    """A root, an issuing authority with its responder and lists, a person, a seal, and a time-stamping authority."""

    machine: Machine
    root: LoadedKey
    issuing: LoadedKey
    responder: LoadedKey
    doubtful: LoadedKey
    person: LoadedKey
    stamper: LoadedKey
    seal: LoadedKey
    revoked: set[int] = field(default_factory=set)
    mood: str = "good"

    def trust(self) -> Trust:
        """Root and issuing authority, with the root's list; none of the issuing authority."""
        return Trust((self.root.certificate,), (self.issuing.certificate,), (self.crl_of(self.root),))

    def crl_of(self, issuer: LoadedKey, *, until: datetime | None = None) -> bytes:
        certificate = x509.load_der_x509_certificate(issuer.certificate)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(certificate.subject)
            .last_update(NOW - timedelta(hours=1))
            .next_update(until or NOW + timedelta(days=1))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(certificate.public_key()), critical=False)
        )
        for serial in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - timedelta(days=2))
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(issuer.private, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer_ocsp(self, _: str, body: bytes) -> tuple[int, str, bytes]:
        if self.mood == "ocsp down":
            return 503, "text/plain", b""
        request = ocsp.load_der_ocsp_request(body)
        known = {serial_of(one): one for one in (self.person, self.stamper, self.seal)}
        asked = known.get(request.serial_number, self.stamper)
        if self.mood == "ocsp of another":
            asked = self.stamper if asked is self.person else self.person
        is_revoked = request.serial_number in self.revoked
        since, until = NOW - timedelta(hours=2), NOW + timedelta(hours=4)
        if self.mood == "ocsp of yesterday":
            since, until = NOW - timedelta(days=2), NOW - timedelta(days=1)
        if self.mood == "ocsp of a fast clock":
            since = datetime.now(UTC) + timedelta(minutes=2)
        signers = {
            "ocsp by the issuer": self.issuing,
            "ocsp by a stranger": self.person,
            "ocsp by one who may be revoked": self.doubtful,
        }
        signer = signers.get(self.mood, self.responder)
        certificate = x509.load_der_x509_certificate(signer.certificate)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                x509.load_der_x509_certificate(asked.certificate),
                x509.load_der_x509_certificate(self.issuing.certificate),
                hashes.SHA1(),
                ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
                since,
                until,
                NOW - timedelta(days=2) if is_revoked else None,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, certificate)
        )
        if signer is not self.issuing:
            builder = builder.certificates([certificate])
        made = builder.sign(signer.private, hashes.SHA256()).public_bytes(Encoding.DER)
        return 200, "application/ocsp-response", made

    def answer_crl(self, _: str, body: bytes) -> tuple[int, str, bytes]:
        if self.mood in ("all down", "crl down"):
            return 503, "text/plain", b""
        until = NOW - timedelta(minutes=1) if self.mood == "crl of yesterday" else None
        issuer = self.root if self.mood == "crl of another" else self.issuing
        return 200, "application/pkix-crl", self.crl_of(issuer, until=until)


def serial_of(key: LoadedKey) -> int:
    """The serial number of a key's certificate."""
    return x509.load_der_x509_certificate(key.certificate).serial_number


@contextmanager
def agency() -> Iterator[Agency]:
    """An agency whose authorities answer at one machine."""
    issuing_usages = ("key_cert_sign", "crl_sign")
    with machine() as place:
        root = certify(0, "Test root", None, issuing_usages, authority=True)
        issuing = certify(1, "Test issuing authority", root, issuing_usages, authority=True)
        places = {"ocsp_url": place.url("/ocsp"), "crl_url": place.url("/crl")}
        signing = ("digital_signature", "content_commitment")
        answering = (ExtendedKeyUsageOID.OCSP_SIGNING,)
        made = Agency(
            place,
            root,
            issuing,
            certify(2, "Test responder", issuing, signing, purposes=answering, unchecked=True),
            certify(5, "Test responder to be looked at", issuing, signing, purposes=answering),
            certify(3, "Nguyễn Thị Hồng Ánh", issuing, signing, **places),
            certify(4, "Test time", issuing, signing, purposes=(ExtendedKeyUsageOID.TIME_STAMPING,), **places),
            certify(8, "Sở Nội vụ tỉnh Nam Khê", issuing, signing, **places),
        )
        place.answers = {"/ocsp": made.answer_ocsp, "/crl": made.answer_crl}
        yield made


@dataclass
class TimeAuthority:
    """Answers time-stamp questions with a key, in a mood."""

    key: LoadedKey
    mood: str = "good"

    def __call__(self, _: str, body: bytes) -> tuple[int, str, bytes]:
        if self.mood == "down":
            return 503, "text/plain", b""
        if self.mood == "hangs":
            time.sleep(4)
        if self.mood == "refuses":
            return 200, REPLY, sequence(sequence(integer(2)))  # rejection, RFC 3161
        question = tsp.TimeStampReq.load(body)
        if self.mood == "another digest":
            question["message_imprint"]["hashed_message"] = b"\1" * 32
        if self.mood == "another nonce":
            question["nonce"] = question["nonce"].native + 1
        private = self.key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(self.key.certificate),
            keys.PrivateKeyInfo.load(private),
            certs_to_embed=SimpleCertificateStore.from_certs(map(asn1_x509.Certificate.load, self.key.chain)),
            fixed_dt=NOW - timedelta(days=3) if self.mood == "wrong clock" else None,
        )
        answer = stamper.request_tsa_response(question)
        if self.mood == "changed":
            signer = answer["time_stamp_token"]["content"]["signer_infos"][0]
            signature = signer["signature"].native
            signer["signature"] = bytes([signature[0] ^ 1]) + signature[1:]
        return 200, "text/html" if self.mood == "another kind" else REPLY, answer.dump(force=True)
