"""Memory of one large draft on its way through the office: ``python -m bench.product_memory [--megabytes 102]``.

Taken in, prepared, signed by the leader, numbered and sealed. Each job runs in a worker of its own, which says its most
resident memory at its end; so does the signing process. What reads the file itself are limited children, measured by
``bench.signing_memory``. The office takes files up to 100 MiB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import office
from bench.report import Figure, keep
from bench.signing_memory import GOAL_MB, large_letter, most_resident

PART = "Signing in the product"


def resident_of(pid: int) -> int:
    """The most memory that another process ever had resident, in bytes."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def in_a_worker(what: str, *numbers: int | Path) -> int:
    """Let a process of its own take in a file or do jobs; its most resident memory in bytes."""
    command = [sys.executable, "-m", "bench.product_memory", "--do", what, *map(str, numbers)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def do(what: str, *given: str) -> None:
    """What such a process does."""
    import django

    django.setup()
    if what == "take in":
        from edocs.workflow.services.uploads import take_in

        take_in(path=Path(given[0]), name="du-thao.pdf")
    else:
        from edocs.jobs.tasks import run_job

        run_job(*map(int, given))
    print(most_resident())


def jobs_of(document: Any, kind: str) -> list[int]:
    """The waiting jobs of a document."""
    from edocs.jobs.models import Job, JobState

    waiting = Job.objects.filter(kind=kind, subject=f"document:{document.pk}", state=JobState.WAITING)
    return list(waiting.values_list("pk", flat=True))


def measure(draft: Path) -> None:
    """The way of one draft."""
    from bench.product_signing import Flow, all_done, current, signing_process
    from edocs.demo.agency import KEY_PASSWORD
    from edocs.workflow.models import StepKind
    from edocs.workflow.services import approving, drafting, issuing, signing, uploads

    size = draft.stat().st_size / 1e6
    flow = Flow()

    def tell(name: str, resident: int) -> None:
        keep(Figure(PART, f"memory, {size:.0f} MB: {name}", round(resident / 1e6), "MB", GOAL_MB))

    def work(name: str, kind: str) -> None:
        numbers = jobs_of(document, kind)
        tell(name, in_a_worker("jobs", *numbers))
        all_done(numbers)

    with signing_process() as signer:
        tell("taking in the file", in_a_worker("take in", draft))
        document = drafting.start_draft(
            by=flow.officer,
            kind=flow.kind,
            summary="V/v hồ sơ kèm bản vẽ quét",
            unit=flow.officer.unit,
            recipients=[drafting.RecipientLine(name="Ủy ban nhân dân tỉnh")],
        )
        stored = uploads.take_in(path=draft, name="du-thao.pdf")
        uploads.upload_draft(document=document, stored=stored, by=flow.officer)
        approval = approving.submit(document=document, by=flow.officer, signer=flow.leader)
        step = approval.steps.get(state="open")
        while step.kind != StepKind.SIGN:
            step = approving.approve(step=step, by=step.person, version=current(document))
        work("worker that prepares", approving.PREPARE)
        pick = [signing.Pick(document.pk, current(document).pk)]
        signing.sign_documents(person=flow.leader, picks=pick, password=KEY_PASSWORD)
        work("worker that lets the leader sign", signing.SIGN)
        pick = [signing.Pick(document.pk, current(document).pk)]
        issuing.number_and_seal_all(picks=pick, by=flow.clerk, password=KEY_PASSWORD)
        work("worker that seals", issuing.SEAL)
        tell("signing process", resident_of(signer))


def main() -> None:
    """Read the command line, make the office, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=102)
    parser.add_argument("--do", nargs="+", help=argparse.SUPPRESS)
    parser.set_defaults(documents=0, folder=None)
    arguments = parser.parse_args()
    if arguments.do:
        do(*arguments.do)
        return
    with office.office(arguments, stories=0), tempfile.TemporaryDirectory(prefix="bench-") as work:
        measure(large_letter(Path(work), arguments.megabytes))


if __name__ == "__main__":
    main()
