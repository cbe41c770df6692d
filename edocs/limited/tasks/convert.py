"""Task `convert_office`: DOCX, ODT and XLSX to PDF through LibreOffice, which sees one file and no network."""

import ctypes
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

from ..errors import FileRefused, RefusalCode
from ..kinds import FileKind, recognise

PROGRAMS = ("soffice", "libreoffice", "/opt/libreoffice/program/soffice")
_FILTERS = {
    FileKind.DOCX: ("MS Word 2007 XML", "writer_pdf_Export"),
    FileKind.ODT: ("writer8", "writer_pdf_Export"),
    FileKind.XLSX: ("Calc MS Excel 2007 XML", "calc_pdf_Export"),
}
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000

# The profile of one conversion: no macros, no links followed (a linked picture or section may name any file of
# this machine: LibreOffice 7.4 draws it into the PDF unless told not to), no active content (from 7.6 on),
# nothing recovered, nothing asked.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}
</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "1"),
    ("Office.Recovery/AutoSave", "Enabled", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
)


def convert_office(path: Path, folder: Path, *, max_pages: int, pdf_a: bool = True) -> dict[str, Any]:
    """Write `out/made.pdf`."""
    kind = recognise(path)
    if kind not in _FILTERS:
        raise FileRefused(RefusalCode.WRONG_KIND, kind.value)
    program = installed()
    if program is None:
        raise FileRefused(RefusalCode.NOT_INSTALLED, "LibreOffice")
    # Should the parent die, the alarm must end LibreOffice as well as this process.
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))
    source = folder / f"source{kind.extension}"
    shutil.copyfile(path, source)
    _write_profile(folder / "profile")
    notes = [] if without_network() else ["network not switched off"]
    _soffice(program, kind, source, folder, pdf_a=pdf_a)
    made = folder / "out" / "source.pdf"
    if not made.exists():
        raise FileRefused(RefusalCode.DAMAGED, "LibreOffice made nothing of it")
    made = made.rename(made.with_name("made.pdf"))
    return {"pages": _count(made, max_pages), "notes": notes}


def installed() -> str | None:
    """Path of LibreOffice's program, or None."""
    return next((found for program in PROGRAMS if (found := shutil.which(program))), None)


def without_network() -> bool:
    """Leave this process and its children without any network, where the kernel allows it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def _write_profile(profile: Path) -> None:
    user = profile / "user"
    user.mkdir(parents=True)
    items = "\n".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    (user / "registrymodifications.xcu").write_text(_PROFILE.format(items=items), encoding="utf-8")


def _soffice(program: str, kind: FileKind, source: Path, folder: Path, *, pdf_a: bool) -> None:
    read_as, write_as = _FILTERS[kind]
    options = ':{"SelectPdfVersion":{"type":"long","value":"2"}}' if pdf_a else ""
    said = subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nolockcheck",
            "--nodefault",
            f"--infilter={read_as}",
            "--convert-to",
            f"pdf:{write_as}{options}",
            "--outdir",
            str(folder / "out"),
            str(source),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if said.returncode in (
        -signal.SIGXCPU,
        -signal.SIGKILL,
        128 + signal.SIGXCPU,
        128 + signal.SIGKILL,
    ):
        raise FileRefused(RefusalCode.TIMEOUT, "LibreOffice used up its processor time")


def _count(made: Path, max_pages: int) -> int:
    import pikepdf

    with pikepdf.open(made) as pdf:
        count = len(pdf.pages)
    if count > max_pages:
        raise FileRefused(RefusalCode.TOO_MANY_PAGES, f"{count} pages, at most {max_pages}")
    return count
