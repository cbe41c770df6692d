"""Judges of other makers: EU DSS under strict constraints, veraPDF, pyHanko's default policy, pdfsig, qpdf.

The first two run in one Java process (``judges/``, built once by Maven).  Each says what it found; none is asked
whether it agrees with us.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

PROJECT = Path(__file__).parent / "judges"
BUILD = PROJECT / "target"


def build() -> str:
    """Compile the Java judges if they are not; the class path.  Raises ``CalledProcessError`` with Maven's words."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = [PROJECT / "pom.xml", *PROJECT.glob("src/**/*.java")]
        made = BUILD / "classpath"
        if not made.exists() or any(source.stat().st_mtime > made.stat().st_mtime for source in sources):
            subprocess.run(["mvn", "-B", "-q", "package"], cwd=PROJECT, check=True, stdin=subprocess.DEVNULL)
            made.touch()
    return f"{BUILD / 'classes'}{os.pathsep}{made.read_text()}"


class JavaJudges:
    """EU DSS and veraPDF, one question after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, path: Path) -> dict[str, Any]:
        """``{"signatures": […], "timestamps": […], "pdfa": {…}}``; raises ``AssertionError`` with what went wrong."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in said, said
        return said


@contextmanager
def java_judges(roots: Sequence[Path]) -> Iterator[JavaJudges]:
    """The Java judges with these roots trusted."""
    command = ["java", "-XX:+UseSerialGC", "-Xmx512m", "-cp", build(), "judges.Judge", *map(str, roots)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield JavaJudges(process)
        assert process.stdin is not None
        process.stdin.close()


@dataclass(frozen=True)
class Opinions:
    """What each judge says of one file; signatures by field."""

    dss: dict[str, str]
    pyhanko: dict[str, bool]
    pdfsig: int
    """How many signatures pdfsig calls valid and trusted."""
    qpdf_clean: bool
    pdfa: bool
    timestamps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """EU DSS's word for each time stamp over a signature, its own and those of the document, by field."""
    remarks: tuple[str, ...] = ()

    def good(self, fields: set[str]) -> bool:
        """True when everybody finds exactly these signatures, all of them good."""
        return (
            self.dss == dict.fromkeys(fields, "TOTAL_PASSED")
            and self.pyhanko == dict.fromkeys(fields, True)
            and self.pdfsig == len(fields)
            and self.qpdf_clean
        )


def opinions(path: Path, judges: JavaJudges, roots: Sequence[bytes], nss: str) -> Opinions:
    """Ask everybody about a signed file; ``roots`` are DER, ``nss`` is pdfsig's database with the same roots."""
    return _gathered(path, judges.ask(path), roots, nss)


def opinions_of(paths: Sequence[Path], judges: JavaJudges, roots: Sequence[bytes], nss: str) -> list[Opinions]:
    """The same about many files; the Java judges are ahead of the others, which work beside them."""
    with ThreadPoolExecutor(1) as ahead:
        asked = [ahead.submit(judges.ask, path) for path in paths]
        return [_gathered(path, said.result(), roots, nss) for path, said in zip(paths, asked, strict=True)]


def _gathered(path: Path, java: dict[str, Any], roots: Sequence[bytes], nss: str) -> Opinions:
    valid = 0
    for _ in range(3):  # NSS now and then knows a certificate of several not at once; what it once calls good is good
        valid = max(valid, _by_pdfsig(path, nss))
        if valid == len(java["signatures"]):
            break
    clean = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    return Opinions(
        dss={found["field"]: found["indication"] for found in java["signatures"]},
        pyhanko=by_pyhanko(path, roots),
        pdfsig=valid,
        qpdf_clean=clean,
        pdfa=java["pdfa"]["compliant"],
        timestamps={found["field"]: tuple(found["timestamps"]) for found in java["signatures"]},
        remarks=tuple(error for found in java["signatures"] for error in found["errors"])
        + tuple(java["pdfa"]["failed"]),
    )


def _by_pdfsig(path: Path, nss: str) -> int:
    """How many signatures pdfsig calls valid and trusted."""
    said = subprocess.run(["pdfsig", "-nssdir", nss, path], capture_output=True, text=True, check=False).stdout
    return min(said.count("Signature is Valid."), said.count("Certificate is Trusted."))


def by_pyhanko(path: Path, roots: Sequence[bytes]) -> dict[str, bool]:
    """pyHanko's default judgement of each signature, by field."""
    trusted = [x509.Certificate.load(der) for der in roots]
    with path.open("rb") as stream:
        reader = PdfFileReader(stream)
        return {
            found.field_name: asyncio.run(
                async_validate_pdf_signature(found, ValidationContext(trust_roots=trusted))
            ).bottom_line
            for found in reader.embedded_regular_signatures
        }
