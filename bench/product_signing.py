"""Signing and sealing as people have it: ``python -m bench.product_signing [--documents 40]``.

Every document goes the product's own way: consent with the password, a job, the signing process over its socket, the
result judged anew in a limited child, stored, journaled. Processor time is counted in all processes that take part:
the worker (this one), the signing process, the judging children. Beside it in the same run, on the same files: the
library alone doing the same work, and the RSA operations alone; and judging by children that are started anew instead
of forked from a process that has its libraries already.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import office
from bench.report import Figure, keep

PART = "Signing in the product"
GOAL_LEADER_MS, GOAL_SEAL_MS = 37, 121
GOAL_LEADER, GOAL_SEAL = 25, 15
TICK = os.sysconf("SC_CLK_TCK")
BODY = """Thực hiện chương trình công tác năm, Sở Nội vụ đề nghị các đơn vị rà soát các nhiệm vụ được giao và báo cáo.
1. Tổng hợp kết quả thực hiện nhiệm vụ, nêu rõ khó khăn, vướng mắc và nguyên nhân.
2. Đề xuất giải pháp, thời hạn hoàn thành và đơn vị chịu trách nhiệm.
Báo cáo gửi về Văn phòng Sở trước ngày 15 hằng tháng để tổng hợp, trình Ủy ban nhân dân tỉnh xem xét, chỉ đạo."""


# --- processor time -------------------------------------------------------------------------------------------------
def cpu_of(pid: int) -> tuple[float, float]:
    """Processor seconds of another process, and of the children it has reaped."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, system, children, children_system = (int(one) / TICK for one in fields[11:15])
    return own + system, children + children_system


class Meter:
    """Processor seconds by part, of everything between two looks."""

    def __init__(self, signer: int) -> None:
        self._signer = signer
        self.parts: dict[str, float] = defaultdict(float)

    def _look(self) -> dict[str, float]:
        from edocs.limited import served

        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        look = {
            "worker": time.process_time(),
            "signing process": cpu_of(self._signer)[0],
            "judging child": children.ru_utime + children.ru_stime,
        }
        server = served._server.pid
        if server is not None:
            look["judging child"] += sum(cpu_of(server))
        return look

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what is done inside; wall time is a part of its own."""
        before, begun = self._look(), time.perf_counter()
        with self._inside():
            yield
        self.parts["wall"] += time.perf_counter() - begun
        for name, seconds in self._look().items():
            self.parts[name] += seconds - before[name]

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """What the worker's own time is spent on."""
        from django.db import connection

        from edocs.signatures.services import making
        from edocs.workflow.services import issuing, signing

        def opened(*given: Any, **named: Any) -> Any:
            begun = cpu_of(self._signer)[0]
            try:
                return unlock(*given, **named)
            finally:
                self.parts["signing process: opening the key"] += cpu_of(self._signer)[0] - begun

        def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
            def act(*given: Any, **named: Any) -> Any:
                begun = time.process_time()
                try:
                    return work(*given, **named)
                finally:
                    self.parts[f"worker: {name}"] += time.process_time() - begun

            return act

        kept = making.judge_own, making.keep_file, making.is_whole
        making.judge_own, making.keep_file = timed("having it judged", kept[0]), timed("storing bytes", kept[1])
        making.is_whole = timed("hashing what is stored", kept[2])
        unlock = signing.unlock
        signing.unlock = issuing.unlock = opened
        database = timed("database", lambda execute, *rest: execute(*rest))
        try:
            with connection.execute_wrapper(database):
                yield
        finally:
            making.judge_own, making.keep_file, making.is_whole = kept
            signing.unlock = issuing.unlock = unlock

    def ms(self, name: str, documents: int) -> float:
        """Milliseconds of one part for one document."""
        return 1000 * self.parts[name] / documents

    def total(self, documents: int) -> float:
        """Processor milliseconds for one document, in all processes."""
        return sum(self.ms(name, documents) for name in ("worker", "signing process", "judging child"))

    def told(self, documents: int) -> str:
        """The parts as one line."""
        return ", ".join(f"{name} {self.ms(name, documents):.1f}" for name in self.parts)


# --- the office -----------------------------------------------------------------------------------------------------
@contextmanager
def signing_process() -> Iterator[int]:
    """The signing process of this office; gives its process id."""
    from django.conf import settings

    from signing import SigningError
    from signing.process.client import SigningClient

    path = Path(settings.SIGNING_SOCKET)
    command = [sys.executable, "-m", "signing.process", "--keys", str(settings.KEYS_DIR), "--socket", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=settings.BASE_DIR)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                SigningClient(path).ping()
                break
            except SigningError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


class Flow:
    """The people of one outgoing document, from the draft to the seal."""

    def __init__(self) -> None:
        from edocs.office.models import DocumentKind, Person

        people = {one.username: one for one in Person.objects.select_related("unit", "position")}
        self.officer, self.leader, self.clerk = people["chuyenvien1"], people["giamdoc"], people["vanthu"]
        self.kind = DocumentKind.objects.get(name="Công văn")

    def to_sign(self) -> Any:
        """A new document, written, checked and prepared, that waits for the leader's signature."""
        from edocs.documents.services.files import main_version
        from edocs.workflow.letters import LetterFields
        from edocs.workflow.models import StepKind
        from edocs.workflow.services import approving, drafting

        summary = "V/v báo cáo kết quả thực hiện nhiệm vụ tháng"
        document = drafting.start_draft(
            by=self.officer,
            kind=self.kind,
            summary=summary,
            unit=self.officer.unit,
            recipients=[drafting.RecipientLine(name="Ủy ban nhân dân tỉnh")],
        )
        fields = LetterFields(summary=summary, body=BODY, addressees=("Ủy ban nhân dân tỉnh",), signer=self.leader)
        drafting.write_letter(document=document, fields=fields, by=self.officer)
        approval = approving.submit(document=document, by=self.officer, signer=self.leader)
        step = approval.steps.get(state="open")
        while step.kind != StepKind.SIGN:
            version = main_version(document)
            assert version is not None
            step = approving.approve(step=step, by=step.person, version=version)
        all_done(do_jobs(document))
        return document

    def sign(self, documents: list[Any], meter: Meter) -> None:
        """One consent for the pile, then its jobs."""
        from edocs.demo.agency import KEY_PASSWORD
        from edocs.workflow.services import signing

        picks = [signing.Pick(one.pk, current(one).pk) for one in documents]
        with meter.running():
            signing.sign_documents(person=self.leader, picks=picks, password=KEY_PASSWORD)
            numbers = do_jobs(*documents)
        all_done(numbers)

    def seal(self, documents: list[Any], meter: Meter) -> None:
        """Number, date and seal, one consent for the pile, then its jobs."""
        from edocs.demo.agency import KEY_PASSWORD
        from edocs.workflow.services import issuing, signing

        picks = [signing.Pick(one.pk, current(one).pk) for one in documents]
        with meter.running():
            issuing.number_and_seal_all(picks=picks, by=self.clerk, password=KEY_PASSWORD)
            numbers = do_jobs(*documents)
        all_done(numbers)


def current(document: Any) -> Any:
    """The version in force."""
    from edocs.documents.services.files import main_version

    version = main_version(document)
    assert version is not None
    return version


def do_jobs(*documents: Any) -> list[int]:
    """What a worker does with the messages of these documents; the numbers of its jobs."""
    from edocs.jobs.handing import TOGETHER
    from edocs.jobs.models import Job, JobState
    from edocs.jobs.tasks import run_job

    wanted = ("workflow.prepare", "workflow.sign", "workflow.seal")
    subjects = [f"document:{document.pk}" for document in documents]
    waiting = Job.objects.filter(kind__in=wanted, subject__in=subjects, state=JobState.WAITING).order_by("id")
    numbers = list(waiting.values_list("pk", flat=True))
    for start in range(0, len(numbers), TOGETHER):
        run_job(*numbers[start : start + TOGETHER])
    return numbers


def all_done(numbers: list[int]) -> None:
    """A job that failed ends the measurement."""
    from edocs.jobs.models import Job, JobState

    job = Job.objects.filter(pk__in=numbers).exclude(state=JobState.DONE).first()
    if job is not None:
        raise SystemExit(f"{job.kind} {job.state}: {job.reason}")


# --- what runs beside it --------------------------------------------------------------------------------------------
class Library:
    """The same work by the library alone, in one process, keys opened once."""

    def __init__(self, flow: Flow, document: Any, folder: Path, rounds: int) -> None:
        from django.conf import settings

        from bench.signing import DATE, cpu_ms
        from edocs.demo.agency import KEY_PASSWORD
        from edocs.documents.storage import path_of
        from edocs.office.queries import the_agency
        from signing import fill_and_seal, judge, sign_as_person
        from signing.demo_pki import SEAL_KEY_ID, DemoPki

        pki = DemoPki(settings.KEYS_DIR)
        leader, seal = pki.load(flow.leader.username, KEY_PASSWORD), pki.load(SEAL_KEY_ID, KEY_PASSWORD)
        trust, stamps = pki.trust, pki.timestamper()
        signature, picture = bytes(flow.leader.signature_image), bytes(the_agency().seal_image or b"")
        prepared, signed, sealed = path_of(current(document).blob_id), folder / "signed.pdf", folder / "sealed.pdf"
        self.sign = cpu_ms(lambda: sign_as_person(prepared, signed, leader, stamps, trust, image=signature), rounds)
        self.judge_signed = cpu_ms(lambda: judge(signed, trust), rounds)
        self.seal = cpu_ms(
            lambda: fill_and_seal(signed, sealed, seal, stamps, trust, number="1043", date=DATE, image=picture), rounds
        )
        self.judge_sealed = cpu_ms(lambda: judge(sealed, trust), rounds)
        stamp = cpu_ms(lambda: stamps.key.sign(b"x" * 300), 100)
        self.rsa_sign = cpu_ms(lambda: leader.sign(b"x" * 300), 100) + stamp
        self.rsa_seal = cpu_ms(lambda: seal.sign(b"x" * 300), 100) + 2 * stamp


def tell(name: str, meter: Meter, documents: int, library: float, rsa: float, goal: float) -> None:
    """The figures of one step."""
    total = meter.total(documents)
    beside = f"{total:.0f} ms: the library alone {library:.0f} ms = {100 * library / total:.0f} %, RSA {rsa:.1f} ms"
    keep(Figure(PART, f"{name}, per second of one core", 1000 / total, "/s", goal, more_is_better=True, beside=beside))
    keep(Figure(PART, f"{name}, wall time one after the other", meter.ms("wall", documents), "ms"))
    print(f"  processor ms a document: {meter.told(documents)}")


def measure(documents: int, folder: Path) -> None:
    """The whole measurement."""
    from edocs.jobs.tasks import settle
    from edocs.limited import process

    flow = Flow()
    with signing_process() as signer:
        pile = [flow.to_sign() for _ in range(documents + 1)]
        library = Library(flow, pile[-1], folder, max(5, documents // 2))
        flow.sign(pile[-1:], Meter(signer))  # nothing is measured cold
        flow.seal(pile[-1:], Meter(signer))
        settle()  # as every worker does
        leader, seal = Meter(signer), Meter(signer)
        flow.sign(pile[:-1], leader)
        flow.seal(pile[:-1], seal)
        tell(
            "leader's signature", leader, documents, library.sign + library.judge_signed, library.rsa_sign, GOAL_LEADER
        )
        tell("number, date and seal", seal, documents, library.seal + library.judge_sealed, library.rsa_seal, GOAL_SEAL)
        for name, meter, goal, alone in (
            ("signing process, leader", leader, GOAL_LEADER_MS, library.sign),
            ("signing process, fill and seal", seal, GOAL_SEAL_MS, library.seal),
        ):
            opening = meter.ms("signing process: opening the key", documents)
            taken = meter.ms("signing process", documents) - opening
            beside = f"the library alone {alone:.1f} ms; besides, opening the key once a consent {opening:.1f} ms"
            keep(Figure(PART, f"{name}: processor", taken, "ms", goal, beside=beside))
        both = leader.total(documents) + seal.total(documents)
        keep(Figure(PART, "complete: signed, numbered, sealed, per second of one core", 1000 / both, "/s"))
        few = [flow.to_sign() for _ in range(max(3, documents // 5))]
        served, process.SERVED = process.SERVED, frozenset()
        try:
            anew = Meter(signer)
            flow.sign(few, anew)
        finally:
            process.SERVED = served
    child = leader.ms("judging child", documents)
    beside = f"started anew each time {anew.ms('judging child', len(few)):.0f} ms"
    keep(Figure(PART, "judging child, forked from the prepared process: processor", child, "ms", beside=beside))


def main() -> None:
    """Read the command line, make the office, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=40, help="documents signed and sealed")
    arguments = parser.parse_args()
    with office.office(argparse.Namespace(documents=0, folder=None), stories=0) as folder:
        measure(arguments.documents, folder)


if __name__ == "__main__":
    main()
