"""The world of the signing tests: demonstration keys, letters by Typst, and the whole course of one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst

from signing import (
    LoadedKey,
    LocalTimestamper,
    Places,
    Trust,
    fill_and_seal,
    prepare,
    sign_as_person,
)
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from signing.place import find_places

HERE = Path(__file__).parent
LEADER = DemoHolder("anh.nth", "Nguyễn Thị Hồng Ánh", "Sở Nội vụ tỉnh Mẫu", "mật-khẩu-của-Ánh-8831", "Phó Giám đốc")
EXPIRED = DemoHolder(
    "cu.nv",
    "Nguyễn Văn Cũ",
    "Sở Nội vụ tỉnh Mẫu",
    "expired-77",
    not_after=datetime(2025, 1, 1, tzinfo=UTC),
)
FUTURE = DemoHolder(
    "moi.nv",
    "Nguyễn Văn Mới",
    "Sở Nội vụ tỉnh Mẫu",
    "future-77",
    not_before=datetime(2035, 1, 1, tzinfo=UTC),
)
HEAD = DemoHolder("hoa.tt", "Trần Thị Hoa", "Sở Nội vụ tỉnh Mẫu", "head-5521", "Trưởng phòng")
CHECKER = DemoHolder("minh.lv", "Lê Văn Minh", "Sở Nội vụ tỉnh Mẫu", "checker-5521", "Chánh Văn phòng")
COPIER = DemoHolder("sao-y", "Sở Tài chính tỉnh Mẫu", "Sở Tài chính tỉnh Mẫu", "copier-5521")
AGENCY = DemoHolder("seal", "Sở Nội vụ tỉnh Mẫu", "Sở Nội vụ tỉnh Mẫu", "con-dấu-4410")
TITLE = ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return make_demo_pki(tmp_path_factory.mktemp("pki"), [LEADER, EXPIRED, FUTURE, HEAD, CHECKER, COPIER], AGENCY)


@pytest.fixture(scope="session")
def trust(pki: DemoPki) -> Trust:
    return pki.trust


@pytest.fixture(scope="session")
def timestamper(pki: DemoPki) -> LocalTimestamper:
    return pki.timestamper()


@pytest.fixture(scope="session")
def leader_key(pki: DemoPki) -> LoadedKey:
    return pki.load(LEADER.key_id, LEADER.password)


@pytest.fixture(scope="session")
def seal_key(pki: DemoPki) -> LoadedKey:
    return pki.load(AGENCY.key_id, AGENCY.password)


@pytest.fixture(scope="session")
def signature_png() -> bytes:
    return demo_signature_image(LEADER.name)


@pytest.fixture(scope="session")
def seal_png() -> bytes:
    return demo_seal_image(["UBND TỈNH MẪU", "SỞ", "NỘI VỤ"])


@pytest.fixture(scope="session")
def nss(pki: DemoPki, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = f"sql:{tmp_path_factory.mktemp('nss')}"
    root = pki.folder / "trust" / "roots" / "root.der"
    subprocess.run(["certutil", "-N", "-d", folder, "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", folder, "-n", "demo", "-t", "C,C,C", "-i", root], check=True)
    return folder


@pytest.fixture(scope="session")
def make_letter(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("letters")

    def make(**inputs: str) -> Path:
        name = "-".join(f"{key}={value}" for key, value in sorted(inputs.items())) or "plain"
        path = folder / f"{name}.pdf"
        if not path.exists():
            path.write_bytes(typst.compile(str(HERE / "letter.typ"), sys_inputs=inputs, pdf_standards=["a-2b"]))
        return path

    return make


@dataclass(frozen=True)
class Course:
    """One letter at each stage."""

    draft: Path
    places: Places
    prepared: Path
    signed: Path
    sealed: Path


@pytest.fixture(scope="session")
def course(
    tmp_path_factory: pytest.TempPathFactory,
    make_letter: Callable[..., Path],
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    signature_png: bytes,
    seal_png: bytes,
) -> Course:
    folder = tmp_path_factory.mktemp("course")
    draft = make_letter()
    found = find_places(draft, TITLE, LEADER.name)
    assert found is not None
    prepared, signed, sealed = (folder / f"{n}.pdf" for n in ("prepared", "signed", "sealed"))
    prepare(draft, prepared, found.places)
    sign_as_person(prepared, signed, leader_key, timestamper, trust, image=signature_png)
    fill_and_seal(
        signed,
        sealed,
        seal_key,
        timestamper,
        trust,
        number="1043",
        date="ngày 22 tháng 11 năm 2026",
        image=seal_png,
    )
    return Course(draft, found.places, prepared, signed, sealed)
