"""Lawful files: what honest programs make and what a signature allows; none of them may be called altered."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
from asn1crypto import core
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.stamp import TextStampStyle

from signing import Trust
from signing.embed import add_document_timestamp, write_signature
from signing.objects import appearance, dictionary, resolve
from tests.signing.attacks.kit import (
    NOW,
    YEAR,
    Raw,
    _saved,
    changed,
    contents_of,
    form,
    issue,
    letter,
    message_of,
    put,
    revocations,
    sign,
    stamped,
    stream,
    with_proofs,
    written,
)
from tests.signing.attacks.rights import field, fill, note
from tests.signing.attacks.world import World, by_demo, by_lists, by_root, lawful

BOX = (300, 100, 450, 160)
OTHER_BOX = (100, 100, 250, 160)
STYLE = TextStampStyle(stamp_text="Ky boi: %(signer)s", border_width=0)


def _with_sub(world: World) -> Trust:
    return Trust((*world.pki.trust.roots, world.pki.sub.der), revocation="soft-fail")


def _only(name: str) -> Callable[[World], Trust]:
    return lambda world: Trust((getattr(world.pki, name).der,), revocation="soft-fail")


# --- our own ---------------------------------------------------------------------------------------------------------
@lawful("our letter", by_demo)
def our_letter_signed(world: World) -> bytes:
    return world.course["signed"]


@lawful("our letter", by_demo)
def our_letter_sealed(world: World) -> bytes:
    return world.course["sealed"]


def _in_a_file(data: bytes, work: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.pdf")
        path.write_bytes(data)
        work(path)
        return path.read_bytes()


@lawful("our letter", by_demo)
def our_letter_with_a_yearly_time_stamp(world: World) -> bytes:
    stamper = world.demo.timestamper()
    proofs = world.course_trust.evidence(*stamper.certificates())
    return _in_a_file(world.course["sealed"], lambda path: add_document_timestamp(path, "ts_01", stamper, *proofs))


@lawful("our letter", by_demo)
def our_letter_as_a_certified_copy(world: World) -> bytes:
    def copy(path: Path) -> None:
        target = path.with_suffix(".copy")
        stamper = world.demo.timestamper()
        write_signature(path, target, "copy_1", world.demo.load("seal", "s"), stamper, image=None)
        target.replace(path)

    return _in_a_file(world.course["sealed"], copy)


# --- keys, methods, chains -------------------------------------------------------------------------------------------
@lawful("method")
def rsa(world: World) -> bytes:
    return world.signed


@lawful("method")
def rsa_pss(world: World) -> bytes:
    return sign(letter(), world.pki.leader, pss=True)


@lawful("method")
def ecdsa(world: World) -> bytes:
    return sign(letter(), world.pki.clerk)


@lawful("method")
def ed25519(world: World) -> bytes:
    return sign(letter(), world.pki.ed25519, digest="sha512")


@lawful("method")
def sha512(world: World) -> bytes:
    return sign(letter(), world.pki.leader, digest="sha512")


@lawful("method")
def sha3(world: World) -> bytes:
    return sign(letter(), world.pki.clerk, digest="sha3_256")


@lawful("subfilter")
def pkcs7_detached(world: World) -> bytes:
    return sign(letter(), world.pki.leader, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)


@lawful("subfilter")
def message_of_unknown_length(world: World) -> bytes:
    """BER with indefinite length, as older programs write it."""
    data = sign(letter(), world.pki.leader, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    message = message_of(data)
    body = message.contents
    start, end = contents_of(data)
    digits = (b"\x30\x80" + body + b"\x00\x00").hex().encode()
    assert isinstance(message, core.Sequence)
    return data[: start + 1] + digits.ljust(end - start - 2, b"0") + data[end - 1 :]


@lawful("subfilter", expected="unsure")
def pkcs7_with_sha1_inside(world: World) -> bytes:
    """``adbe.pkcs7.sha1``: old, lawful once, by a method no longer safe."""
    return _old(world, "/adbe.pkcs7.sha1")


@lawful("subfilter", expected="unsure")
def bare_rsa_signature(world: World) -> bytes:
    """``adbe.x509.rsa_sha1``: the oldest kind, with the certificate in an entry of its own."""
    return _old(world, "/adbe.x509.rsa_sha1")


def _old(world: World, subfilter: str) -> bytes:
    import hashlib

    from asn1crypto import cms
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    data = sign(letter(), world.pki.leader, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    data = data.replace(b"/adbe.pkcs7.detached", subfilter.encode().ljust(len(b"/adbe.pkcs7.detached")))
    start, end = contents_of(data)
    digest = hashlib.sha1(data[:start] + data[end:], usedforsecurity=False).digest()
    key = world.pki.leader
    if subfilter == "/adbe.x509.rsa_sha1":
        value = key.private.sign(data[:start] + data[end:], padding.PKCS1v15(), hashes.SHA1())
        content = core.OctetString(value).dump()
    else:
        message = message_of(data)
        signed = message["content"]
        signed["encap_content_info"] = {"content_type": "data", "content": digest}
        info = signed["signer_infos"][0]
        attributes = info["signed_attrs"]
        for attribute in attributes:
            if attribute["type"].native == "message_digest":
                attribute["values"] = [hashlib.sha256(digest).digest()]
        tbs = cms.CMSAttributes(list(attributes)).dump()
        info["signed_attrs"] = cms.CMSAttributes.load(tbs)
        info["signature"] = key.private.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
        content = message.dump(force=True)
    return data[: start + 1] + content.hex().encode().ljust(end - start - 2, b"0") + data[end - 1 :]


@lawful("chain", _with_sub)
def no_chain_in_the_file(world: World) -> bytes:
    return sign(letter(), world.pki.leader, chain=False)


@lawful("chain", expected="unsure")
def no_chain_in_the_file_and_only_the_root_trusted(world: World) -> bytes:
    return sign(letter(), world.pki.leader, chain=False)


@lawful("chain", _only("alone"))
def signer_trusted_by_itself(world: World) -> bytes:
    return sign(letter(), world.pki.alone)


@lawful("chain", _only("leader"))
def person_named_as_trusted(world: World) -> bytes:
    return sign(letter(), world.pki.leader)


@lawful("chain", _only("sub"))
def intermediate_named_as_trusted(world: World) -> bytes:
    return sign(letter(), world.pki.leader)


@lawful("chain")
def certificate_with_mail_and_client_purposes(world: World) -> bytes:
    from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

    return sign(
        letter(), issue("Võ Thư Điện Tử", world.pki.sub, purposes=[Purpose.CLIENT_AUTH, Purpose.EMAIL_PROTECTION])
    )


@lawful("chain")
def certificate_for_signing_alone(world: World) -> bytes:
    holder = issue("Đỗ Chữ Ký", world.pki.sub, usages=["digital_signature"])
    return sign(letter(), holder, signer_key_usage=None)


@lawful("chain", expected="unsure")
def unknown_issuer(world: World) -> bytes:
    return sign(letter(), world.pki.alone)


# --- time and proofs -------------------------------------------------------------------------------------------------
@lawful("time")
def time_stamp(world: World) -> bytes:
    return sign(letter(), world.pki.leader, stamper=world.pki.stamper())


@lawful("time")
def time_stamp_of_an_unknown_authority(world: World) -> bytes:
    return sign(letter(), world.pki.leader, stamper=world.pki.stamper(world.pki.false_tsa))


@lawful("time")
def expired_since_but_stamped_in_time(world: World) -> bytes:
    return sign(letter(), world.pki.expired, stamper=world.pki.stamper(at=NOW - YEAR * 1.5))


@lawful("time", expected="unsure")
def expired_since_without_a_stamp(world: World) -> bytes:
    return sign(letter(), world.pki.expired)


@lawful("time", by_lists)
def revoked_since_but_stamped_before(world: World) -> bytes:
    return sign(letter(), world.pki.revoked, stamper=world.pki.stamper(at=NOW - YEAR * 0.8))


@lawful("proofs")
def proofs_added(world: World) -> bytes:
    return with_proofs(world.signed, [world.pki.leader, world.pki.sub], _lists(world))


@lawful("proofs", lambda world: Trust(world.pki.trust.roots))
def proofs_added_and_proofs_wanted(world: World) -> bytes:
    return with_proofs(world.signed, [world.pki.leader, world.pki.sub], _lists(world))


def _lists(world: World, ago: timedelta = timedelta(hours=1)) -> list[bytes]:
    return [revocations(world.pki.root, {}, NOW - ago), revocations(world.pki.sub, {}, NOW - ago)]


@lawful("proofs", lambda world: Trust(world.pki.trust.roots))
def proofs_old_by_now_with_a_time_stamp(world: World) -> bytes:
    then = NOW - YEAR / 2
    signed = sign(letter(), world.pki.leader, stamper=world.pki.stamper(at=then))
    proven = with_proofs(signed, [world.pki.leader, world.pki.tsa, world.pki.sub], _lists(world, YEAR / 2))
    return with_proofs(proven, [], _lists(world))


@lawful("proofs", by_root)
def document_time_stamp(world: World) -> bytes:
    return stamped(with_proofs(world.signed, [world.pki.sub], _lists(world)), world.pki.stamper())


@lawful("proofs", by_root)
def three_document_time_stamps(world: World) -> bytes:
    data = sign(letter(), world.pki.leader, stamper=world.pki.stamper())
    for number in range(3):
        data = stamped(
            with_proofs(data, [world.pki.tsa], _lists(world, timedelta(hours=3 - number))),
            world.pki.stamper(),
            f"ts{number}",
        )
    return data


@lawful("proofs")
def document_time_stamp_of_an_unknown_authority(world: World) -> bytes:
    return stamped(world.signed, world.pki.stamper(world.pki.false_tsa))


# --- several signers, forms ------------------------------------------------------------------------------------------
@lawful("several signers")
def two_signers(world: World) -> bytes:
    return sign(world.signed, world.pki.clerk, "Signature2")


@lawful("several signers")
def three_signers_each_with_a_visible_field_of_their_own(world: World) -> bytes:
    data = sign(letter(), world.pki.leader, "S1", box=BOX, style=STYLE)
    data = sign(data, world.pki.clerk, "S2", box=OTHER_BOX, style=STYLE)
    return sign(data, world.pki.seal, "S3", box=(100, 200, 250, 260), style=STYLE)


@lawful("several signers")
def fields_made_beforehand(world: World) -> bytes:
    data = sign(form(signature=True), world.pki.leader, "leader", style=STYLE)
    return sign(data, world.pki.seal, "seal", style=STYLE)


@lawful("several signers")
def signed_in_one_place_and_stamped_in_another(world: World) -> bytes:
    data = sign(letter(pages=3), world.pki.leader, "S1", stamper=world.pki.stamper())
    return stamped(sign(data, world.pki.clerk, "S2", stamper=world.pki.stamper()), world.pki.stamper())


@lawful("several signers")
def empty_field_with_a_border_for_the_next(world: World) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(letter()))
    append_signature_field(writer, SigFieldSpec("next", box=OTHER_BOX))
    reference = field(writer, "next", "/Sig")
    put(resolve(reference), "/MK", dictionary({"/BC": generic.ArrayObject([generic.NumberObject(0)])}))
    drawn = writer.add_object(appearance(150, 60, "0 0 150 60 re S", {}))
    put(resolve(reference), "/AP", dictionary({"/N": drawn}))
    return sign(written(writer), world.pki.leader, "S1")


@lawful("certification")
def certified_without_changes(world: World) -> bytes:
    return world.certified[MDPPerm.NO_CHANGES]


@lawful("certification")
def certified_without_changes_and_stamped(world: World) -> bytes:
    return stamped(with_proofs(world.certified[MDPPerm.NO_CHANGES], [world.pki.sub]), world.pki.stamper())


@lawful("certification")
def certified_and_filled(world: World) -> bytes:
    return changed(world.certified[MDPPerm.FILL_FORMS], lambda writer: fill(writer, "amount", "1000"))


@lawful("certification")
def certified_and_signed_in_a_field_made_beforehand(world: World) -> bytes:
    data = sign(form(signature=True), world.pki.leader, "leader", certify=MDPPerm.FILL_FORMS)
    return sign(data, world.pki.seal, "seal", style=STYLE)


@lawful("certification", expected="unsure")
def note_where_notes_are_allowed(world: World) -> bytes:
    return changed(world.certified[MDPPerm.ANNOTATE], lambda writer: note(writer, "/Text", drawn="0 0 10 10 re S"))


@lawful("form")
def text_filled(world: World) -> bytes:
    return changed(world.signed_form, lambda writer: fill(writer, "amount", "1000"))


@lawful("form")
def text_filled_for_readers_to_draw(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "amount")
        widget = resolve(reference)
        put(widget, "/V", generic.pdf_string("1000"))
        writer.mark_update(reference.reference)
        acroform = writer.root["/AcroForm"]
        put(acroform, "/NeedAppearances", generic.BooleanObject(True))
        writer.update_container(acroform)

    return changed(world.signed_form, change)


@lawful("form")
def box_ticked(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "agree", "/Btn")
        for key in ("/AS", "/V"):
            put(resolve(reference), key, pdf_name("/Yes"))
        writer.mark_update(reference.reference)

    return changed(world.signed_form, change)


@lawful("form")
def choice_made(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "kind", "/Ch")
        font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/F1")
        drawn = appearance(150, 20, "BT /F1 12 Tf 2 5 Td (Khan) Tj ET", {"/Font": dictionary({"/F1": font})})
        put(resolve(reference), "/AP", dictionary({"/N": writer.add_object(drawn)}))
        put(resolve(reference), "/V", generic.pdf_string("Khan"))
        writer.mark_update(reference.reference)

    return changed(world.signed_form, change)


@lawful("form")
def filled_then_sealed_over(world: World) -> bytes:
    filled = changed(world.signed_form, lambda writer: fill(writer, "amount", "1000"))
    return stamped(sign(filled, world.pki.seal, "seal", style=STYLE), world.pki.stamper())


@lawful("form")
def filled_twice(world: World) -> bytes:
    once = changed(world.signed_form, lambda writer: fill(writer, "amount", "1000"))
    return changed(once, lambda writer: fill(writer, "amount", "2000"))


@lawful("form")
def locked_fields_left_alone(world: World) -> bytes:
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["amount"])
    data = sign(form(signature=True), world.pki.leader, "other", lock=lock)
    return sign(data, world.pki.seal, "seal")


# --- how files are built ---------------------------------------------------------------------------------------------
@lawful("structure")
def object_streams(world: World) -> bytes:
    data = letter(object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return with_proofs(sign(data, world.pki.leader), [world.pki.sub])


@lawful("structure")
def linearised(world: World) -> bytes:
    data = sign(letter(pages=3, linearize=True), world.pki.leader)
    return sign(data, world.pki.clerk, "Signature2")


@lawful("structure")
def linearised_with_object_streams(world: World) -> bytes:
    data = letter(pages=3, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stamped(sign(data, world.pki.leader), world.pki.stamper())


@lawful("structure")
def hybrid_as_word_saves_it(world: World) -> bytes:
    return sign(_hybrid(), world.pki.leader)


@lawful("structure")
def hybrid_with_two_signers(world: World) -> bytes:
    return sign(sign(_hybrid(), world.pki.leader), world.pki.clerk, "Signature2")


def _hybrid() -> bytes:
    """Objects that old programs do not need stand in an object stream, named by a table of its own."""
    raw = Raw(letter())
    body = raw.data[: raw.startxref]
    info = raw.number_of(b"/Title")
    holder, table = raw.size, raw.size + 1
    extra = raw.size + 2
    tree = b"<</Type /StructTreeRoot>>"
    packed = b"%d 0 " % extra
    body = body.replace(b"/Type /Catalog", b"/Type /Catalog /StructTreeRoot %d 0 R" % extra)
    offsets = {int(m.group(1)): m.start() for m in re.finditer(rb"(?m)^(\d+) 0 obj\b", body)}
    held = stream(packed + tree, b"/Type /ObjStm /N 1 /First %d" % len(packed))
    offsets[holder] = len(body)
    body += b"%d 0 obj\n%s\nendobj\n" % (holder, held)
    at = len(body)
    row = b"\x02" + holder.to_bytes(4, "big") + b"\x00"
    entries = b"/Type /XRef /W [1 4 1] /Index [%d 1] /Size %d" % (extra, extra + 1)
    body += b"%d 0 obj\n%s\nendobj\n" % (table, stream(row, entries))
    offsets[table] = at
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (extra + 1)
    for number in range(1, extra):
        body += b"%010d 00000 n \n" % offsets[number]
    body += b"0000000000 65535 f \n"
    body += b"trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<00> <00>] /XRefStm %d>>\n" % (
        extra + 1,
        raw.root,
        info,
        at,
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % start


@lawful("structure")
def objects_given_up_that_nobody_needs(world: World) -> bytes:
    """A second program writes another drawing for a field and gives up the old one."""
    before = Raw(world.signed_form)
    number = before.number_of(b"/T (amount)")
    old = int(re.findall(rb"/N (\d+) 0 R", before.object(number))[0])
    choice = int(re.findall(rb"/N (\d+) 0 R", before.object(before.number_of(b"/T (kind)")))[0])
    raw = Raw(changed(world.signed_form, lambda writer: fill(writer, "amount", "1000")))
    body = raw.object(raw.number_of(b"/T (amount)"))
    assert old == choice, "both fields share their empty drawing"
    other = raw.object(raw.number_of(b"/T (kind)"))
    shown = int(re.findall(rb"/N (\d+) 0 R", body)[0])
    kind = other.replace(b"/N %d 0 R" % old, b"/N %d 0 R" % raw.size)
    empty = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 150 20]")
    assert shown != old
    return raw.append({raw.number_of(b"/T (kind)"): kind, raw.size: empty}, free={0: 65535, old: 1})


@lawful("structure")
def table_begins_with_the_free_head(world: World) -> bytes:
    raw = Raw(world.signed)
    return raw.append({raw.size: b"<</Type /Unused>>"}, free={0: 65535})


@lawful("structure")
def encrypted_without_a_password(world: World) -> bytes:
    with pikepdf.open(BytesIO(letter())) as pdf:
        out = BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="geheim", user="", R=6))
    return sign(out.getvalue(), world.pki.leader, password="")


@lawful("structure")
def white_space_at_the_end(world: World) -> bytes:
    return world.signed + b"\r\n\r\n"


@lawful("structure")
def page_turned_before_signing(world: World) -> bytes:
    with pikepdf.open(BytesIO(form(signature=True))) as pdf:
        pdf.pages[0].obj.Rotate = 90
        data = _saved(pdf)
    data = sign(data, world.pki.leader, "leader", style=STYLE)
    return changed(data, lambda writer: fill(writer, "amount", "1000"))


@lawful("structure")
def many_pages(world: World) -> bytes:
    data = sign(letter(pages=60), world.pki.leader, "S1", box=BOX, style=STYLE)
    return sign(data, world.pki.clerk, "S2", box=OTHER_BOX, style=STYLE)


@lawful("structure")
def same_object_written_again(world: World) -> bytes:
    raw = Raw(world.signed)
    number = raw.number_of(b"/BaseFont /Helvetica")
    return raw.append({number: raw.object(number)})


@lawful("structure")
def metadata_brought_up_to_date(world: World) -> bytes:
    with pikepdf.open(BytesIO(letter())) as pdf:
        with pdf.open_metadata() as meta:
            meta["dc:title"] = "Quyet dinh"
        data = sign(_saved(pdf), world.pki.leader)
    return sign(data, world.pki.clerk, "Signature2", box=OTHER_BOX, style=STYLE)


@lawful("structure")
def tagged_letter_of_typst(world: World) -> bytes:
    import typst

    source = Path(__file__).parent.parent / "letter.typ"
    data = sign(typst.compile(str(source), pdf_standards=["a-2b"]), world.pki.leader, "S1", box=BOX, style=STYLE)
    return stamped(sign(data, world.pki.clerk, "S2", box=OTHER_BOX, style=STYLE), world.pki.stamper())


def libreoffice(world: World) -> bytes:
    """A PDF/A-2b as LibreOffice exports it; needs the program."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.html").write_text("<h1>Quyết định</h1><p>Chi 1.000.000 đồng cho Sở Tài chính.</p>", "utf-8")
        options = 'pdf:writer_web_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                options,
                "--outdir",
                folder,
                f"{folder}/a.html",
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        data = Path(folder, "a.pdf").read_bytes()
    data = sign(data, world.pki.leader, "S1", box=BOX, style=STYLE)
    return stamped(with_proofs(sign(data, world.pki.clerk, "S2"), [world.pki.sub]), world.pki.stamper())
