"""Hostile and broken files, made by code: no such file is kept in the repository."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
WORD_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)


def docx(path: Path, text: str = "Kính gửi: Sở Nội vụ", *, document: str | None = None, **more: bytes) -> Path:
    """A small DOCX; `document` replaces its main part, `more` adds parts (`__` in a name stands for `/`)."""
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    body = document or f'<w:document xmlns:w="{W}"><w:body>{paragraph}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", WORD_TYPES)
        container.writestr("_rels/.rels", WORD_RELS)
        container.writestr("word/document.xml", body)
        for name, content in more.items():
            container.writestr(name.replace("__", "/"), content)
    return path


def pdf(path: Path, pages: int = 1, **options: object) -> Path:
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
        made.save(path, **options)
    return path


def encrypted_pdf(path: Path) -> Path:
    return pdf(path, encryption=pikepdf.Encryption(user="mật khẩu", owner="chủ", R=6))


def truncated_pdf(path: Path) -> Path:
    whole = pdf(path, pages=30).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def content_bomb_pdf(path: Path, megabytes: int = 500) -> Path:
    """A page whose content inflates to `megabytes` of drawing operators."""
    deflater = zlib.compressobj(9)
    piece = b"0 0 m 10 10 l S\n" * 65536
    packed = b"".join(deflater.compress(piece) for _ in range(megabytes)) + deflater.flush()
    return _raw_page(path, packed, b"/Filter /FlateDecode")


def self_referencing_pdf(path: Path) -> Path:
    """A form that draws itself twice."""
    return raw_pdf(
        path,
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /XObject << /F 5 0 R >> >> >>",
            b"<< /Length 5 >>\nstream\n/F Do\nendstream",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F 5 0 R >> >>"
            b" /Length 11 >>\nstream\n/F Do /F Do\nendstream",
        ],
    )


def doubling_forms_pdf(path: Path, levels: int = 40) -> Path:
    """Forms that draw the next one twice: 2 to the power of `levels` drawings, without any loop."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /F 5 0 R >> >> >>",
        b"<< /Length 5 >>\nstream\n/F Do\nendstream",
    ]
    for level in range(levels):
        following = b"/Resources << /XObject << /F %d 0 R >> >>" % (6 + level) if level < levels - 1 else b""
        drawing = b"/F Do /F Do" if following else b"0 0 9 9 re f"
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] %s /Length %d >>\nstream\n%s\nendstream"
            % (following, len(drawing), drawing)
        )
    return raw_pdf(path, objects)


def page_tree_loop_pdf(path: Path) -> Path:
    return raw_pdf(
        path,
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
        ],
    )


def huge_page_pdf(path: Path, side: int = 200_000) -> Path:
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(100, 100))
        made.pages[0].obj.MediaBox = [0, 0, side, side]
        made.save(path)
    return path


def raw_pdf(path: Path, objects: list[bytes]) -> Path:
    """Write objects 1, 2, … as they are, with a right cross-reference table; object 1 is the catalogue."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    path.write_bytes(out.getvalue())
    return path


def _raw_page(path: Path, content: bytes, filters: bytes) -> Path:
    return raw_pdf(
        path,
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            b"<< %s /Length %d >>\nstream\n%s\nendstream" % (filters, len(content), content),
        ],
    )


def huge_png(path: Path, side: int = 30_000) -> Path:
    """A valid black picture of `side` × `side` pixels in about a megabyte or less."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    deflater = zlib.compressobj(9)
    row = bytes(1 + side // 8 + 1)
    rows = b"".join(deflater.compress(row * 100) for _ in range(side // 100)) + deflater.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def zip_bomb_docx(path: Path, megabytes: int = 600) -> Path:
    """A letter with one part of zeros: about 0.6 MB that unpack to `megabytes`."""
    docx(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as container,
        container.open("word/media/image1.bmp", "w", force_zip64=True) as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(1 << 20))
    return path


def lying_zip_docx(path: Path, megabytes: int = 300) -> Path:
    """As above, but the directory declares 1000 bytes."""
    content = zip_bomb_docx(path, megabytes).read_bytes()
    true_size = struct.pack("<I", megabytes << 20)
    path.write_bytes(content.replace(true_size, struct.pack("<I", 1000)))
    return path


def nested_zip_docx(path: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as container:
        for number in range(30):
            container.writestr(f"{number}.bin", bytes(20 << 20))
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("inner.zip", inner.getvalue())
    return docx(path, **{"word__embeddings__a.zip": again.getvalue()})


def external_entity_docx(path: Path) -> Path:
    return docx(
        path,
        document='<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>',
    )


def encrypted_office(path: Path) -> Path:
    """What Word writes for a letter under a password: a compound file with a stream `EncryptedPackage`."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    path.write_bytes(header + "EncryptedPackage".encode("utf-16-le") + bytes(4096))
    return path


def linked_picture_docx(path: Path, target: Path) -> Path:
    """A letter that shows a picture by its address on the reader's own machine."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    picture = (
        f'<w:drawing><wp:inline xmlns:wp="{drawing}/wordprocessingDrawing"><wp:extent cx="1800000" cy="1800000"/>'
        f'<wp:docPr id="1" name="a"/><a:graphic xmlns:a="{drawing}/main"><a:graphicData uri="{drawing}/picture">'
        f'<pic:pic xmlns:pic="{drawing}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="a"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{office}" r:link="rId9"/><a:stretch><a:fillRect/></a:stretch>'
        '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="1800000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId9" Type="{office}/image" Target="{target.as_uri()}" TargetMode="External"/>'
        "</Relationships>"
    )
    document = (
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>Sơ đồ:</w:t></w:r><w:r>{picture}</w:r></w:p></w:body>'
        "</w:document>"
    )
    return docx(path, document=document, **{"word___rels__document.xml.rels": links.encode()})


def text_pdf(path: Path, *lines: str) -> Path:
    """An A4 page with lines of ASCII text, 20 pt apart, the first one's foot at 100, 700."""
    drawing = "".join(f"BT /F 12 Tf 100 {700 - 20 * n} Td ({line}) Tj ET\n" for n, line in enumerate(lines))
    return raw_pdf(
        path,
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing.encode()),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ],
    )


def form_pdf(path: Path) -> Path:
    """A page with a filled text field whose picture is a black square, and signature fields, one with a value."""
    return raw_pdf(
        path,
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 6 0 R 7 0 R] >>"
            b" /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [4 0 R 6 0 R 7 0 R] >>",
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (number) /V (12) /F 4 /Rect [50 50 150 150] /P 3 0 R"
            b" /AP << /N 5 0 R >> >>",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Length 17 >>\nstream\n0 0 100 100 re f \nendstream",
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (leader) /V << /Type /Sig >> /F 4 /Rect [0 0 20 20]"
            b" /P 3 0 R /AP << /N 5 0 R >> >>",
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (seal) /F 4 /Rect [0 0 0 0] /P 3 0 R >>",
        ],
    )
