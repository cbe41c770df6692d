"""Who signed: expired, revoked, wrong purpose, look-alikes, weak methods; proofs exchanged; hybrid tables."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.sign.fields import SigSeedSubFilter

from signing import Trust
from tests.signing.attacks.forgery import FALSE_PAGE
from tests.signing.attacks.kit import NOW, YEAR, Raw, issue, letter, revocations, sign, stamped, stream, with_proofs
from tests.signing.attacks.world import World, attack, by_lists


def trusts_a_person(world: World) -> Trust:
    return Trust((world.pki.clerk.der,), revocation="soft-fail")


def trusts_with_intermediate(world: World) -> Trust:
    return Trust((*world.pki.trust.roots, world.pki.sub.der), revocation="soft-fail")


@attack("certificate")
def expired(world: World) -> bytes:
    return sign(letter(), world.pki.expired)


@attack("certificate")
def not_begun(world: World) -> bytes:
    return sign(letter(), world.pki.future)


@attack("certificate", by_lists)
def revoked(world: World) -> bytes:
    return sign(letter(), world.pki.revoked)


@attack("certificate", by_lists)
def revoked_with_a_time_stamp_after_it(world: World) -> bytes:
    return sign(letter(), world.pki.revoked, stamper=world.pki.stamper())


@attack("certificate")
def revoked_by_the_list_in_the_file(world: World) -> bytes:
    return with_proofs(sign(letter(), world.pki.revoked), [world.pki.sub], [_list(world)])


@attack("certificate")
def revoked_by_an_old_list_in_the_file(world: World) -> bytes:
    return with_proofs(sign(letter(), world.pki.revoked), [world.pki.sub], [_list(world, age=90)])


def _list(world: World, *, age: float = 0, revoked: bool = True) -> bytes:
    serial = world.pki.revoked.certificate.serial_number
    named = {serial: NOW - YEAR / 2} if revoked else {}
    return revocations(world.pki.sub, named, NOW - age * YEAR / 365 - YEAR / 8760)


@attack("swapped proofs")
def store_without_the_list_that_revokes(world: World) -> bytes:
    with_list = with_proofs(sign(letter(), world.pki.revoked), [world.pki.sub], [_list(world)])
    raw = Raw(with_list)
    number = raw.number_of(b"/CRLs")
    return raw.append({number: b"<</Type /DSS>>"})


@attack("swapped proofs")
def store_with_an_older_list(world: World) -> bytes:
    with_list = with_proofs(sign(letter(), world.pki.revoked), [world.pki.sub], [_list(world)])
    older = revocations(world.pki.sub, {}, NOW - YEAR * 0.6)
    raw = Raw(with_list)
    store, new = raw.number_of(b"/CRLs"), raw.size
    return raw.append({store: b"<</Type /DSS /CRLs [%d 0 R]>>" % new, new: stream(older)})


@attack("swapped proofs", by_lists)
def list_signed_by_somebody_else(world: World) -> bytes:
    false_sub = issue("Mẫu CA", organisation="Ban Cơ yếu Mẫu", authority=True)
    false_list = revocations(false_sub, {})
    return with_proofs(sign(letter(), world.pki.revoked), [false_sub], [false_list])


@attack("swapped proofs")
def old_answer_that_says_revoked(world: World) -> bytes:
    """An OCSP answer too old to prove anything still says that the certificate was revoked."""
    person, by = world.pki.revoked, world.pki.sub
    then = NOW - YEAR / 4
    answer = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            person.certificate,
            by.certificate,
            hashes.SHA1(),
            ocsp.OCSPCertStatus.REVOKED,
            then,
            then + YEAR / 365,
            NOW - YEAR / 2,
            None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        .sign(by.private, hashes.SHA256())
    )
    return with_proofs(sign(letter(), person), [by], answers=[answer.public_bytes(Encoding.DER)])


@attack("certificate")
def for_web_servers(world: World) -> bytes:
    return sign(letter(), world.pki.web_server)


@attack("certificate")
def for_time_stamps(world: World) -> bytes:
    return sign(letter(), world.pki.tsa)


@attack("certificate")
def for_enciphering(world: World) -> bytes:
    return sign(letter(), world.pki.encipherer, signer_key_usage=None)


@attack("certificate")
def look_alike_issuer(world: World) -> bytes:
    return sign(letter(), world.pki.false_leader)


@attack("certificate")
def signed_by_itself(world: World) -> bytes:
    return sign(letter(), world.pki.alone)


@attack("certificate")
def issued_by_a_person_below_the_root(world: World) -> bytes:
    return sign(letter(), world.pki.issued_by_a_person)


@attack("certificate", trusts_a_person)
def issued_by_a_person_who_is_trusted(world: World) -> bytes:
    return sign(letter(), world.pki.issued_by_a_person)


@attack("certificate", trusts_a_person)
def another_person_than_the_trusted_one(world: World) -> bytes:
    return sign(letter(), world.pki.leader)


@attack("method")
def sha1(world: World) -> bytes:
    return sign(letter(), world.pki.leader, digest="sha1", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)


@attack("method")
def md5(world: World) -> bytes:
    return sign(letter(), world.pki.leader, digest="md5", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)


@attack("method")
def rsa_1024(world: World) -> bytes:
    return sign(letter(), world.pki.weak)


@attack("time")
def expired_with_a_strangers_time_stamp(world: World) -> bytes:
    then = NOW - 2 * YEAR
    return sign(letter(), world.pki.expired, stamper=world.pki.stamper(world.pki.false_tsa, then))


@attack("time")
def expired_with_a_strangers_document_stamp(world: World) -> bytes:
    signed = sign(letter(), world.pki.expired)
    return stamped(signed, world.pki.stamper(world.pki.false_tsa, NOW - 2 * YEAR))


@attack("time")
def expired_when_stamped(world: World) -> bytes:
    return sign(letter(), world.pki.expired, stamper=world.pki.stamper(at=NOW - YEAR / 2))


@attack("time")
def time_stamp_of_another_signature(world: World) -> bytes:
    """The unsigned attribute of one signature put into another."""
    from asn1crypto import cms

    from tests.signing.attacks.kit import contents_of, message_of

    good = message_of(sign(letter(), world.pki.clerk, stamper=world.pki.stamper(at=NOW - 2 * YEAR)))
    data = sign(letter(), world.pki.expired)
    message = message_of(data)
    info = message["content"]["signer_infos"][0]
    info["unsigned_attrs"] = cms.CMSAttributes(list(good["content"]["signer_infos"][0]["unsigned_attrs"]))
    start, end = contents_of(data)
    digits = cms.ContentInfo.load(message.dump(force=True)).dump().hex().encode()
    return data[: start + 1] + digits.ljust(end - start - 2, b"0") + data[end - 1 :]


@attack("hybrid table")
def hybrid_table_in_a_later_revision(world: World) -> bytes:
    """Old programs see the signed page, new ones another."""
    raw = Raw(world.signed)
    page = raw.number_of(b"Quyet dinh trang 1")
    new = raw.size
    base = raw.append({new: stream(FALSE_PAGE)}, table=False)
    place = Raw(world.signed + b"").data
    offset = base.rindex(b"%d 0 obj" % new)
    entry = (1).to_bytes(1, "big") + offset.to_bytes(4, "big") + b"\x00"
    body = base.replace(b"%d 0 obj\n<< /Length" % new, b"%d 0 obj\n<< /Length" % page)
    at = len(body)
    table = stream(entry, b"/Type /XRef /W [1 4 1] /Index [%d 1] /Size %d" % (page, new + 2))
    body += b"%d 0 obj\n%s\nendobj\n" % (new + 1, table)
    start = len(body)
    body += b"xref\n0 0\ntrailer\n<</Size %d /Root %d 0 R /Prev %d /XRefStm %d>>\n" % (
        new + 2,
        raw.root,
        raw.startxref,
        at,
    )
    assert place
    return body + b"startxref\n%d\n%%%%EOF\n" % start


@attack("encryption")
def encryption_declared_later(world: World) -> bytes:
    raw = Raw(world.signed)
    encrypt = b"/Encrypt <</Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4>> /ID [<00> <00>]" % (b"o" * 32, b"u" * 32)
    return raw.append({raw.number_of(b"Quyet dinh trang 1"): stream(FALSE_PAGE)}, trailer=encrypt)
