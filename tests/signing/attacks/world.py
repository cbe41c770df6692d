"""The base files of the suite, made once; and the two lists that the modules beside this one fill."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import typst
from pyhanko.sign.fields import MDPPerm

from signing import DemoPki, Trust, fill_and_seal, prepare, sign_as_person
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import DemoHolder, make_demo_pki
from signing.place import find_places
from tests.signing.attacks.kit import Pki, form, letter, sign

TITLE = ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
LEADER = DemoHolder("anh.nth", "Nguyễn Thị Hồng Ánh", "Sở Nội vụ tỉnh Mẫu", "a", "Phó Giám đốc")
AGENCY = DemoHolder("seal", "Sở Nội vụ tỉnh Mẫu", "Sở Nội vụ tỉnh Mẫu", "s")


class World:
    """What attacks and lawful changes begin with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pki = Pki()

    @cached_property
    def signed(self) -> bytes:
        """A letter signed by the leader, with an invisible signature."""
        return sign(letter(), self.pki.leader)

    @cached_property
    def certified(self) -> dict[MDPPerm, bytes]:
        """A form certified by the leader, for each permission."""
        return {level: sign(form(), self.pki.leader, certify=level) for level in MDPPerm}

    @cached_property
    def signed_form(self) -> bytes:
        """A form with fields for leader and seal, signed by the leader without a lock."""
        return sign(form(signature=True), self.pki.leader, "leader")

    @cached_property
    def demo(self) -> DemoPki:
        return make_demo_pki(self.folder / "pki", [LEADER], AGENCY)

    @cached_property
    def course(self) -> dict[str, bytes]:
        """One of our own letters at each stage: draft, prepared, signed, sealed."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            folder = Path(name)
            paths = {stage: folder / f"{stage}.pdf" for stage in ("draft", "prepared", "signed", "sealed")}
            here = Path(__file__).parent.parent / "letter.typ"
            paths["draft"].write_bytes(typst.compile(str(here), pdf_standards=["a-2b"]))
            found = find_places(paths["draft"], TITLE, LEADER.name)
            assert found is not None
            prepare(paths["draft"], paths["prepared"], found.places)
            stamper, trust = self.demo.timestamper(), self.demo.trust
            leader, seal = self.demo.load("anh.nth", "a"), self.demo.load("seal", "s")
            image = demo_signature_image(LEADER.name)
            sign_as_person(paths["prepared"], paths["signed"], leader, stamper, trust, image=image)
            fill_and_seal(
                paths["signed"],
                paths["sealed"],
                seal,
                stamper,
                trust,
                number="1043",
                date="ngày 22 tháng 11 năm 2026",
                image=demo_seal_image(["UBND TỈNH MẪU", "SỞ", "NỘI VỤ"]),
            )
            return {stage: path.read_bytes() for stage, path in paths.items()}

    @property
    def course_trust(self) -> Trust:
        return self.demo.trust


@dataclass(frozen=True)
class Sample:
    """A file of the suite: its class, its name, how it is made, and what is trusted when it is judged."""

    kind: str
    name: str
    make: Callable[[World], bytes]
    trust: Callable[[World], Trust]
    expected: str = ""
    """For lawful files: ``unsure`` where nothing better is honest."""

    def __str__(self) -> str:
        return self.name


def by_root(world: World) -> Trust:
    return world.pki.trust


def by_lists(world: World) -> Trust:
    return world.pki.trust_with_lists


def by_demo(world: World) -> Trust:
    return world.course_trust


ATTACKS: list[Sample] = []
LAWFUL: list[Sample] = []

Maker = Callable[[World], bytes]


def attack(kind: str, trust: Callable[[World], Trust] = by_root) -> Callable[[Maker], Maker]:
    """Mark a function as making an attack of a published class."""

    def enter(make: Maker) -> Maker:
        ATTACKS.append(Sample(kind, make.__name__, make, trust))
        return make

    return enter


def lawful(kind: str, trust: Callable[[World], Trust] = by_root, *, expected: str = "pass") -> Callable[[Maker], Maker]:
    """Mark a function as making a lawful file."""

    def enter(make: Maker) -> Maker:
        LAWFUL.append(Sample(kind, make.__name__, make, trust, expected))
        return make

    return enter
