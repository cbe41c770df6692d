"""Shadow attacks (Mainka et al. 2021): what was prepared before signing is hidden, replaced or brought to light."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from signing.objects import dictionary
from tests.signing.attacks.forgery import FALSE_PAGE
from tests.signing.attacks.kit import Raw, _saved, form, letter, page_of, put, sign, stream, written
from tests.signing.attacks.world import World, attack


def _with_cover(world: World) -> Raw:
    """A letter whose false sum is covered by a white picture that can be taken away later."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        page = pdf.pages[0].obj
        cover = pdf.make_stream(
            b"1 1 1 rg 0 0 400 30 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 400, 30]
        )
        page.Resources.XObject = pikepdf.Dictionary(Cover=cover)
        more = b"BT /F1 14 Tf 72 500 Td (va 9.000.000.000 cho ban toi) Tj ET q 1 0 0 1 70 495 cm /Cover Do Q"
        page.Contents = pikepdf.Array([page.Contents, pdf.make_stream(more)])
        data = _saved(pdf)
    return Raw(sign(data, world.pki.leader))


@attack("shadow: hide")
def cover_emptied(world: World) -> bytes:
    raw = _with_cover(world)
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 400 30]"
    return raw.append({raw.number_of(b"0 0 400 30 re"): stream(b" ", entries)})


@attack("shadow: hide")
def cover_freed(world: World) -> bytes:
    raw = _with_cover(world)
    return raw.append({}, free={raw.number_of(b"0 0 400 30 re"): 1})


@attack("shadow: hide")
def cover_freed_under_another_generation(world: World) -> bytes:
    raw = _with_cover(world)
    return raw.append({}, free={raw.number_of(b"0 0 400 30 re"): 0})


@attack("shadow: hide")
def cover_redefined_under_another_generation(world: World) -> bytes:
    raw = _with_cover(world)
    number = raw.number_of(b"0 0 400 30 re")
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 400 30]"
    return raw.append({number: stream(b" ", entries)}, generation={number: 1})


@attack("shadow: hide")
def content_freed(world: World) -> bytes:
    raw = Raw(sign(letter(pages=2), world.pki.leader))
    return raw.append({}, free={raw.number_of(b"Quyet dinh trang 2"): 1})


@attack("shadow: replace")
def font_swapped(world: World) -> bytes:
    raw = Raw(world.signed)
    number = raw.number_of(b"/BaseFont /Helvetica")
    font = (
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        b"/Encoding <</Type /Encoding /Differences [49 /nine 48 /nine]>>>>"
    )
    return raw.append({number: font})


@attack("shadow: replace")
def form_font_swapped_and_drawn_anew(world: World) -> bytes:
    raw = Raw(sign(_filled_form(), world.pki.leader, "leader"))
    number = raw.number_of(b"/AcroForm")
    body = raw.object(number)
    new = raw.size
    font = (
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        b"/Encoding <</Type /Encoding /Differences [49 /nine 48 /nine]>>>>"
    )
    holder = body if b"/Fields" in body else raw.object(raw.number_of(b"/Fields"))
    number = number if b"/Fields" in body else raw.number_of(b"/Fields")
    changed = re.sub(rb"/F1 \d+ 0 R", b"/F1 %d 0 R" % new, holder)
    assert changed != holder
    changed = re.sub(rb"/NeedAppearances (true|false)", b"", changed)
    changed = changed.replace(b"/Fields", b"/NeedAppearances true /Fields", 1)
    return raw.append({number: changed, new: font})


def _filled_form() -> bytes:
    with pikepdf.open(BytesIO(form(signature=True))) as pdf:
        for one in pdf.Root.AcroForm.Fields:
            if str(one.T) == "amount":
                one.V = pikepdf.String("1000")
                drawn = b"BT /F1 12 Tf 2 5 Td (1000) Tj ET"
                one.AP.N = pdf.make_stream(
                    drawn,
                    Type=pikepdf.Name.XObject,
                    Subtype=pikepdf.Name.Form,
                    BBox=[0, 0, 150, 20],
                    Resources=pikepdf.Dictionary(Font=pdf.Root.AcroForm.DR.Font),
                )
        return _saved(pdf)


@attack("shadow: replace")
def text_of_a_field_replaced_in_its_drawing_alone(world: World) -> bytes:
    raw = Raw(sign(_filled_form(), world.pki.leader, "leader"))
    number = raw.number_of(b"(1000) Tj")
    head = raw.object(number).split(b"stream", 1)[0]
    font = re.findall(rb"/Font (\d+ 0 R|<<.*?>>)", head, re.DOTALL)[0]
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 150 20] /Resources <</Font %s>>" % font
    return raw.append({number: stream(b"BT /F1 12 Tf 2 5 Td (9000) Tj ET", entries)})


@attack("shadow: replace")
def picture_replaced(world: World) -> bytes:
    with pikepdf.open(BytesIO(letter())) as pdf:
        page = pdf.pages[0].obj
        page.Resources.XObject = pikepdf.Dictionary(
            Im=pdf.make_stream(
                b"\x00" * 300,
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=10,
                Height=10,
                ColorSpace=pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
            )
        )
        page.Contents = pikepdf.Array([page.Contents, pdf.make_stream(b"q 100 0 0 100 72 400 cm /Im Do Q")])
        raw = Raw(sign(_saved(pdf), world.pki.leader))
    number = raw.number_of(b"/Subtype /Image")
    entries = b"/Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    return raw.append({number: stream(b"\xff" * 300, entries)})


def _with_shadow(world: World) -> Raw:
    """A letter that carries a second content and a second catalogue nobody refers to yet."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        other = pdf.make_indirect(pdf.make_stream(FALSE_PAGE))
        page = pdf.make_indirect(pikepdf.Dictionary(pdf.pages[0].obj))
        page.Contents = other
        pages = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=pikepdf.Array([page]), Count=1))
        page.Parent = pages
        catalogue = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Catalog, Pages=pages, Shadow=True))
        pdf.docinfo["/Keep"] = catalogue
        data = _saved(pdf)
    return Raw(sign(data, world.pki.leader))


@attack("shadow: hide and replace")
def second_catalogue_named_by_the_trailer(world: World) -> bytes:
    raw = _with_shadow(world)
    return raw.append({}, root=raw.number_of(b"/Shadow true"))


@attack("shadow: hide and replace")
def second_catalogue_with_the_form(world: World) -> bytes:
    raw = _with_shadow(world)
    form_entry = re.findall(rb"/AcroForm (\d+ 0 R|<<.*?>>)", raw.object(raw.root), re.DOTALL)[0]
    shadow = raw.number_of(b"/Shadow true")
    return raw.append({shadow: raw.object(shadow).replace(b"/Shadow true", b"/AcroForm " + form_entry)}, root=shadow)


@attack("shadow: hide and replace")
def table_points_to_the_other_content(world: World) -> bytes:
    raw = _with_shadow(world)
    shown, shadow = raw.number_of(b"Chi 1.000.000"), raw.number_of(FALSE_PAGE)
    return raw.append({}, moved={shown: raw.offset(shadow)})


@attack("shadow: hide and replace")
def content_object_now_refers_to_the_other(world: World) -> bytes:
    raw = _with_shadow(world)
    page = int(re.findall(rb"/Kids \[\s*(\d+) 0 R", raw.data)[0])
    body = re.sub(rb"/Contents \d+ 0 R", b"/Contents %d 0 R" % raw.number_of(FALSE_PAGE), raw.object(page))
    return raw.append({page: body})


@attack("shadow: hide and replace")
def missing_content_supplied_later(world: World) -> bytes:
    """The page refers to an object that does not exist when it is signed."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        pdf.pages[0].obj.Contents = pikepdf.Array([pdf.pages[0].obj.Contents, pdf.make_stream(b"%PLACEHOLDER")])
        data = _saved(pdf)
    number = Raw(data).number_of(b"%PLACEHOLDER")
    missing = b"777 0 R"
    place = data.rindex(b"%d 0 R" % number)
    data = data[:place] + missing + data[place + len(b"%d 0 R" % number) :]
    data = _table_rebuilt(data)
    raw = Raw(sign(data, world.pki.leader))
    return raw.append({777: stream(b"1 1 1 rg 60 690 500 40 re f 0 g " + FALSE_PAGE)})


@attack("shadow: hide and replace")
def free_number_used_later(world: World) -> bytes:
    """The page refers to a number that is free when it is signed."""
    with pikepdf.open(BytesIO(letter())) as pdf:
        pdf.pages[0].obj.Contents = pikepdf.Array([pdf.pages[0].obj.Contents, pdf.make_stream(b"%PLACEHOLDER")])
        data = _saved(pdf)
    raw = Raw(data)
    number = raw.number_of(b"%PLACEHOLDER")
    start = raw.offset(number)
    end = data.index(b"endobj", start) + len(b"endobj")
    data = _table_rebuilt(data[:start] + data[end:])
    raw = Raw(sign(data, world.pki.leader))
    return raw.append({number: stream(b"1 1 1 rg 60 690 500 40 re f 0 g " + FALSE_PAGE)})


def _table_rebuilt(data: bytes) -> bytes:
    """A classical file with its offsets put right again."""
    body = data[: data.rindex(b"xref\n0 ")]
    offsets = {int(m.group(1)): m.start() for m in re.finditer(rb"(?m)^(\d+) 0 obj\b", body)}
    trailer = re.findall(rb"trailer\s*<<.*?>>", data, re.DOTALL)[-1]
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (max(offsets) + 1)
    for number in range(1, max(offsets) + 1):
        table += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00001 f \n"
    return body + table + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % len(body)


@attack("shadow: hide and replace")
def invisible_field_over_the_text_filled_later(world: World) -> bytes:
    """An empty field lay over the sum when it was signed; filled, it paints white and writes another sum."""
    with pikepdf.open(BytesIO(form())) as pdf:
        for one in pdf.Root.AcroForm.Fields:
            if str(one.T) == "amount":
                one.Rect = pikepdf.Array([70, 690, 400, 720])
                del one["/AP"]
        data = _saved(pdf)
    raw = Raw(sign(data, world.pki.leader))
    number, new = raw.number_of(b"/T (amount)"), raw.size
    body = raw.object(number)
    font = raw.number_of(b"/BaseFont /Helvetica")
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 330 30] /Resources <</Font <</F1 %d 0 R>>>>" % font
    drawn = b"1 1 1 rg 0 0 330 30 re f 0 g BT /F1 14 Tf 2 8 Td (Chi 9.000.000.000) Tj ET"
    body = body.rstrip()[:-2] + b" /V (Chi 9.000.000.000) /AP <</N %d 0 R>> >>" % new
    return raw.append({number: body, new: stream(drawn, entries)})


def _layered(world: World) -> Raw:
    with pikepdf.open(BytesIO(letter())) as pdf:
        page = pdf.pages[0].obj
        layers = [
            pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=name)) for name in ("shown", "hidden")
        ]
        page.Resources.Properties = pikepdf.Dictionary(L0=layers[0], L1=layers[1])
        more = b"/OC /L1 BDC BT /F1 14 Tf 72 500 Td (9.000.000.000) Tj ET EMC"
        page.Contents = pikepdf.Array([page.Contents, pdf.make_stream(more)])
        pdf.Root.OCProperties = pdf.make_indirect(
            pikepdf.Dictionary(
                OCGs=pikepdf.Array(layers),
                D=pikepdf.Dictionary(ON=pikepdf.Array([layers[0]]), OFF=pikepdf.Array([layers[1]])),
            )
        )
        return Raw(sign(_saved(pdf), world.pki.leader))


@attack("shadow: layers")
def layer_switched_on(world: World) -> bytes:
    raw = _layered(world)
    number = raw.number_of(b"/OFF")
    body = raw.object(number)
    on, off = (re.findall(rb"/%s (\[.*?\])" % key, body, re.DOTALL)[0] for key in (b"ON", b"OFF"))
    return raw.append({number: body.replace(b"/ON " + on, b"/ON " + off).replace(b"/OFF " + off, b"/OFF " + on)})


@attack("shadow: layers")
def layer_properties_taken_away(world: World) -> bytes:
    raw = _layered(world)
    body = re.sub(rb"/OCProperties \d+ 0 R", b"", raw.object(raw.root))
    return raw.append({raw.root: body})


@attack("sneaky signature")
def unsigned_field_painted_over_the_text(world: World) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(world.signed))
    append_signature_field(writer, SigFieldSpec("Signature2", box=(70, 690, 500, 720)))
    widget = page_of(writer)["/Annots"][-1].get_object()
    from signing.objects import appearance

    drawn = writer.add_object(appearance(430, 30, "1 1 1 rg 0 0 430 30 re f", {}))
    put(widget, "/AP", dictionary({"/N": drawn}))
    return written(writer)
