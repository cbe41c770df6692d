"""Certification and its permissions, notes, fields, signatures that cover, and what makes a document act."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field

from signing.objects import appearance, array, dictionary, fields, resolve
from signing.objects import stream as pdf_stream
from tests.signing.attacks.kit import Raw, changed, form, letter, page_of, put, sign, stream
from tests.signing.attacks.world import World, attack, by_demo

COVER = "1 1 1 rg 0 0 430 30 re f"
Change = Callable[[IncrementalPdfFileWriter], None]


def note(writer: IncrementalPdfFileWriter, subtype: str = "/FreeText", *, drawn: str = COVER, **more: Any) -> None:
    """A note over the sum."""
    page = writer.find_page_for_modification(0)[0]
    made = {
        "/Type": "/Annot",
        "/Subtype": subtype,
        "/Rect": array([70, 690, 500, 720]),
        "/F": 4,
        "/AP": dictionary({"/N": writer.add_object(appearance(430, 30, drawn, {}))}),
    } | {f"/{key}": value for key, value in more.items()}
    writer.register_annotation(page, writer.add_object(dictionary(made)))


def field(writer: IncrementalPdfFileWriter, name: str, kind: str = "/Tx") -> generic.IndirectObject:
    return next(reference for _, _, reference in fields(writer.root, kind, name))


def fill(writer: IncrementalPdfFileWriter, name: str, value: str, shown: str | None = None) -> None:
    """Fill a text field; ``shown`` is what it shows, its value when None."""
    reference = field(writer, name)
    widget = resolve(reference)
    font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/F1")
    text = f"BT /F1 12 Tf 2 5 Td ({value if shown is None else shown}) Tj ET"
    drawn = appearance(150, 20, text, {"/Font": dictionary({"/F1": font})})
    put(widget, "/AP", dictionary({"/N": writer.add_object(drawn)}))
    put(widget, "/V", generic.pdf_string(value))
    writer.mark_update(reference.reference)


def new_content(writer: IncrementalPdfFileWriter) -> None:
    page = page_of(writer)
    more = writer.add_object(pdf_stream({}, data=b"1 1 1 rg 70 690 430 30 re f"))
    put(page, "/Contents", array([page.raw_get("/Contents"), more]))
    writer.update_container(page)


def _registered(kind: str, name: str, base: Callable[[World], bytes], change: Change) -> None:
    def make(world: World) -> bytes:
        return changed(base(world), change)

    make.__name__ = name
    attack(kind)(make)


def certified(level: MDPPerm) -> Callable[[World], bytes]:
    return lambda world: world.certified[level]


def signed(world: World) -> bytes:
    return world.signed


for _level, _word in ((MDPPerm.NO_CHANGES, "p1"), (MDPPerm.FILL_FORMS, "p2"), (MDPPerm.ANNOTATE, "p3")):
    _registered("certification", f"{_word}_new_content", certified(_level), new_content)
    _registered("evil annotation", f"{_word}_free_text", certified(_level), note)
    _registered("evil annotation", f"{_word}_stamp", certified(_level), lambda writer: note(writer, "/Stamp"))
_registered("certification", "p1_field_filled", certified(MDPPerm.NO_CHANGES), lambda w: fill(w, "amount", "9000"))
_registered("evil annotation", "free_text_on_an_approval", signed, note)
_registered("evil annotation", "redaction_on_an_approval", signed, lambda writer: note(writer, "/Redact"))
_registered("evil annotation", "ink_on_an_approval", signed, lambda w: note(w, "/Ink", drawn="5 w 0 15 m 430 15 l S"))
_registered(
    "evil annotation",
    "invisible_link_with_a_script",
    signed,
    lambda w: note(w, "/Link", drawn="", A=dictionary({"/S": "/JavaScript", "/JS": "app.alert(1)"})),
)


@attack("certification")
def certification_taken_back(world: World) -> bytes:
    raw = Raw(world.certified[MDPPerm.NO_CHANGES])
    body = re.sub(rb"/Perms\s*(\d+ 0 R|<<.*?>>)", b"", raw.object(raw.root), flags=re.DOTALL)
    page = raw.number_of(b"Quyet dinh trang 1")
    return raw.append({raw.root: body, page: stream(b"BT /F1 14 Tf 72 700 Td (9.000) Tj ET")})


@attack("certification")
def locked_field_filled(world: World) -> bytes:
    lock = FieldMDPSpec(FieldMDPAction.ALL)
    return changed(sign(form(), world.pki.leader, lock=lock), lambda w: fill(w, "amount", "9000"))


@attack("certification")
def new_visible_signature_after_certifying(world: World) -> bytes:
    base = world.certified[MDPPerm.FILL_FORMS]
    return sign(base, world.pki.clerk, "Signature2", box=(70, 690, 500, 720))


@attack("sneaky signature")
def strangers_signature_over_the_text(world: World) -> bytes:
    return sign(
        world.signed,
        world.pki.false_leader,
        "Signature2",
        box=(70, 690, 500, 720),
        style=opaque(),
    )


@attack("sneaky signature")
def insiders_signature_hides_the_text(world: World) -> bytes:
    return sign(world.signed, world.pki.clerk, "Signature2", box=(70, 690, 500, 720), style=opaque())


def opaque(colour: bytes = b"1 1 1 rg") -> Any:
    """An appearance that paints its place in one colour."""
    from pyhanko.pdf_utils.content import RawContent
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.stamp import StaticStampStyle

    content = RawContent(colour + b" 0 0 430 30 re f", box=BoxConstraints(430, 30))
    return StaticStampStyle(background=content, border_width=0, background_opacity=1)


@attack("appearance and value")
def text_shows_other_words(world: World) -> bytes:
    return changed(world.signed_form, lambda writer: fill(writer, "amount", "1000", "9000"))


@attack("appearance and value")
def text_shows_nothing_of_its_value(world: World) -> bytes:
    return changed(world.signed_form, lambda writer: fill(writer, "amount", "1000", ""))


@attack("appearance and value")
def text_in_white_under_a_drawing(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "amount")
        widget = resolve(reference)
        font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/F1")
        text = "1 1 1 rg BT /F1 12 Tf 2 5 Td (1000) Tj ET 0 g 3 w 10 2 m 10 16 l S"
        drawn = appearance(150, 20, text, {"/Font": dictionary({"/F1": font})})
        put(widget, "/AP", dictionary({"/N": writer.add_object(drawn)}))
        put(widget, "/V", generic.pdf_string("1000"))
        writer.mark_update(reference.reference)

    return changed(world.signed_form, change)


@attack("appearance and value")
def box_ticked_only_in_the_picture(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "agree", "/Btn")
        put(resolve(reference), "/AS", pdf_name("/Yes"))
        writer.mark_update(reference.reference)

    return changed(world.signed_form, change)


@attack("appearance and value")
def filled_field_made_invisible(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fill(writer, "amount", "1000")
        put(resolve(field(writer, "amount")), "/F", generic.NumberObject(2))

    return changed(world.signed_form, change)


@attack("appearance and value")
def all_fields_drawn_anew_in_white(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fill(writer, "amount", "1000")
        acroform = writer.root["/AcroForm"]
        put(acroform, "/DA", generic.pdf_string("/F1 12 Tf 1 g"))
        put(acroform, "/NeedAppearances", generic.BooleanObject(True))
        writer.update_container(acroform)

    return changed(world.signed_form, change)


@attack("appearance and value")
def picture_of_a_signature_replaced(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "leader", "/Sig")
        drawn = writer.add_object(appearance(150, 60, "1 0 0 rg 0 0 150 60 re f", {}))
        put(resolve(reference), "/AP", dictionary({"/N": drawn}))
        writer.mark_update(reference.reference)

    return changed(world.signed_form, change)


@attack("sneaky signature")
def time_stamp_with_a_text_of_its_own(world: World) -> bytes:
    from pyhanko.sign import signers

    writer = IncrementalPdfFileWriter(BytesIO(world.signed))
    append_signature_field(writer, SigFieldSpec("ts1", box=(250, 600, 500, 640)))
    drawn = writer.add_object(appearance(250, 40, "0 g 0 0 250 40 re f", {}))
    widget = page_of(writer)["/Annots"][-1].get_object()
    put(widget, "/AP", dictionary({"/N": drawn}))
    out = BytesIO()
    stamper = signers.PdfTimeStamper(world.pki.stamper(), field_name="ts1")
    stamper.timestamp_pdf(writer, "sha256", output=out, bytes_reserved=16384)
    return out.getvalue()


@attack("sneaky signature")
def insiders_picture_over_the_text(world: World) -> bytes:
    """Not white: a dark picture, under which nothing can be read."""
    return sign(world.signed, world.pki.clerk, "S2", box=(70, 690, 500, 720), style=opaque(b"0.2 0.2 0.6 rg"))


@attack("appearance and value")
def choice_shows_another(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "kind", "/Ch")
        widget = resolve(reference)
        font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/F1")
        drawn = appearance(150, 20, "BT /F1 12 Tf 2 5 Td (Thuong) Tj ET", {"/Font": dictionary({"/F1": font})})
        put(widget, "/AP", dictionary({"/N": writer.add_object(drawn)}))
        put(widget, "/V", generic.pdf_string("Khan"))
        writer.mark_update(reference.reference)

    return changed(world.signed_form, change)


@attack("appearance and value", by_demo)
def number_of_our_letter_changed_after_the_seal(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "so_ky_hieu")
        put(resolve(reference), "/V", generic.pdf_string("1044"))
        writer.mark_update(reference.reference)

    return changed(world.course["sealed"], change)


@attack("fields")
def field_moved(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, "leader", "/Sig")
        put(resolve(reference), "/Rect", array([70, 690, 300, 720]))
        writer.mark_update(reference.reference)

    return changed(world.signed_form, change)


@attack("fields")
def field_removed(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        put(page, "/Annots", array(list(page["/Annots"])[1:]))
        writer.update_container(page)

    return changed(world.signed_form, change)


@attack("duplicates")
def one_signature_in_two_fields(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        value = resolve(field(writer, "leader", "/Sig")).raw_get("/V")
        reserved = field(writer, "seal", "/Sig")
        resolve(reserved)[pdf_name("/V")] = value
        writer.mark_update(reserved.reference)

    return changed(world.signed_form, change)


@attack("duplicates")
def copy_of_a_signature_in_another_field(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        value = resolve(field(writer, "leader", "/Sig"))["/V"]
        reserved = field(writer, "seal", "/Sig")
        copy = generic.DictionaryObject({key: value.raw_get(key) for key in value})
        resolve(reserved)[pdf_name("/V")] = writer.add_object(copy)
        writer.mark_update(reserved.reference)

    return changed(world.signed_form, change)


@attack("duplicates")
def two_fields_of_one_name(world: World) -> bytes:
    raw = Raw(world.signed)
    number = raw.number_of(b"/T (Signature1)")
    holder = raw.number_of(b"/Fields")
    new = raw.size
    body = re.sub(rb"/Fields \[([^\]]*)\]", lambda m: b"/Fields [%s %d 0 R]" % (m.group(1), new), raw.object(holder))
    return raw.append({holder: body, new: raw.object(number)})


def _in_catalogue(
    name: str, entry: bytes, objects: Callable[[int], dict[int, bytes]], kind: str = "active content"
) -> None:
    def make(world: World) -> bytes:
        raw = Raw(world.signed)
        body = raw.object(raw.root).rstrip()[:-2] + (entry % raw.size if b"%d" in entry else entry) + b">>"
        return raw.append({raw.root: body} | objects(raw.size))

    make.__name__ = name
    attack(kind)(make)


_in_catalogue("script_on_opening", b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>", lambda n: {})
_in_catalogue("actions_of_the_document", b"/AA <</WP <</S /JavaScript /JS (1)>>>>", lambda n: {})
_in_catalogue(
    "script_among_the_names",
    b"/Names <</JavaScript <</Names [(a) %d 0 R]>>>>",
    lambda n: {n: b"<</S /JavaScript /JS (app.alert\\(1\\))>>"},
)
_in_catalogue(
    "file_attached",
    b"/Names <</EmbeddedFiles <</Names [(a.txt) %d 0 R]>>>>",
    lambda n: {
        n: b"<</Type /Filespec /F (a.txt) /EF <</F %d 0 R>>>>" % (n + 1),
        n + 1: stream(b"x", b"/Type /EmbeddedFile"),
    },
)
_in_catalogue("portfolio", b"/Collection <</View /D>>", lambda n: {})
_in_catalogue("other_place_on_opening", b"/OpenAction [3 0 R /Fit]", lambda n: {})


@attack("active content")
def xfa_added(world: World) -> bytes:
    raw = Raw(world.signed)
    holder, new = raw.number_of(b"/Fields"), raw.size
    body = raw.object(holder).replace(b"/Fields", b"/XFA %d 0 R /Fields" % new, 1)
    return raw.append({holder: body, new: stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")})


@attack("pages")
def page_inserted(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        other = dictionary(
            {"/Type": "/Page", "/Parent": writer.root.raw_get("/Pages"), "/MediaBox": array([0, 0, 595, 842])}
        )
        pages["/Kids"].append(writer.add_object(other))
        put(pages, "/Count", generic.NumberObject(int(pages["/Count"]) + 1))
        writer.update_container(pages)
        writer.update_container(pages["/Kids"])

    return changed(world.signed, change)


@attack("pages")
def pages_exchanged(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        kids = writer.root["/Pages"]["/Kids"]
        kids.reverse()
        writer.update_container(kids)

    return changed(sign(letter(pages=2), world.pki.leader), change)


@attack("pages")
def page_removed(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"].pop()
        put(pages, "/Count", generic.NumberObject(1))
        writer.update_container(pages)
        writer.update_container(pages["/Kids"])

    return changed(sign(letter(pages=2), world.pki.leader), change)


def _page_entry(name: str, key: str, value: Any) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        put(page, key, value)
        writer.update_container(page)

    _registered("pages", name, signed, change)


_page_entry("page_turned", "/Rotate", generic.NumberObject(180))
_page_entry("page_cut", "/CropBox", array([0, 0, 595, 400]))
_page_entry("page_enlarged", "/UserUnit", generic.NumberObject(3))


@attack("rewriting")
def saved_anew(world: World) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(world.signed)) as pdf:
        pdf.save(out)
    return out.getvalue()


@attack("metadata")
def title_changed(world: World) -> bytes:
    raw = Raw(world.signed)
    number = raw.number_of(b"/Title")
    body = raw.object(number).replace(b"Quyet dinh", b"Quyet dinh gia")
    return raw.append({number: body}, trailer=b"/Info %d 0 R" % number)


@attack("rolled back")
def older_state_brought_back(world: World) -> bytes:
    """A field filled and sealed over is shown empty again by a table that names the older object."""
    filled = changed(world.signed_form, lambda writer: fill(writer, "amount", "1000"))
    lock = FieldMDPSpec(FieldMDPAction.ALL)
    sealed = sign(filled, world.pki.seal, "Signature3", lock=lock)
    raw = Raw(sealed)
    number = raw.number_of(b"/T (amount)")
    first = [match.start() for match in re.finditer(rb"(?<![0-9])%d 0 obj\b" % number, sealed)][0]
    return raw.append({}, moved={number: first})


@attack("rolled back", by_demo)
def number_of_our_letter_taken_back(world: World) -> bytes:
    sealed = world.course["sealed"]
    with pikepdf.open(BytesIO(sealed)) as pdf:
        number = next(one.objgen[0] for one in pdf.Root.AcroForm.Fields if str(one.T) == "so_ky_hieu")
    raw = Raw(sealed)
    first = [match.start() for match in re.finditer(rb"(?<![0-9])%d 0 obj\b" % number, sealed)][0]
    return raw.append({}, moved={number: first})
