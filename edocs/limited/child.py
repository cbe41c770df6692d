"""The child process: limits itself, then does one task on one file.

It is started by its path, isolated (`python -I`), with a JSON request on standard input: one line. Whoever leaves
that open may send a further request (`series.py`), answered by a line of its own. The packages `edocs` and
`edocs.limited` are entered here by hand, without running their `__init__`: neither Django nor the
settings with their secrets are ever loaded into a process that reads foreign bytes, and it starts in little time.
"""

import gc
import json
import os
import resource
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
TASKS = {
    "sniff": "edocs.limited.tasks.inspect",
    "inspect": "edocs.limited.tasks.inspect",
    "render": "edocs.limited.tasks.render",
    "text": "edocs.limited.tasks.text",
    "text_difference": "edocs.limited.tasks.text",
    "read_pages": "edocs.limited.tasks.pages",
    "ocr_page": "edocs.limited.tasks.ocr",
    "add_text_layer": "edocs.limited.tasks.layer",
    "office_text": "edocs.limited.tasks.office",
    "image_to_pdf": "edocs.limited.tasks.images",
    "convert_office": "edocs.limited.tasks.convert",
    "judge": "edocs.limited.tasks.signatures",
    "judge_fully": "edocs.limited.tasks.evidence",
    "evidence": "edocs.limited.tasks.evidence",
    "trusted_list": "edocs.limited.tasks.evidence",
    "draw_code": "edocs.limited.tasks.codes",
    "prepare": "edocs.limited.tasks.signatures",
    "prepare_mark": "edocs.limited.tasks.signatures",
    "find_places": "edocs.limited.tasks.signatures",
    "proofs_hold": "edocs.limited.tasks.signatures",
    "proofs_later": "edocs.limited.tasks.signatures",
    "filled_fields": "edocs.limited.tasks.signatures",
}


def main() -> None:
    request = json.loads(sys.stdin.buffer.readline())
    answer_to = os.dup(1)
    # Libraries written in C print what they like: standard output is not theirs to spoil.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    limit_self(request["limits"], request.get("most", 1))
    if request.get("most", 1) > 1:
        gc.disable()  # it ends soon and its memory is limited; most of what it makes goes by itself
    enter_packages()
    with os.fdopen(answer_to, "wb") as stream:
        while True:
            stream.write(json.dumps(answer_to_request(request), ensure_ascii=False).encode() + b"\n")
            stream.flush()
            if request.get("most", 1) > 1:
                signal.setitimer(signal.ITIMER_REAL, 0)  # while it waits; should the one who asks end, the line closes
            following = sys.stdin.buffer.readline()
            if not following:
                os._exit(0)  # nothing to tidy up, and parsers' destructors are one more thing to crash
            request = json.loads(following)
            limit_next(request["limits"])


def limit_self(limits: dict[str, Any], most: int = 1) -> None:
    """Set limits that cannot be taken back. The alarm ends this process even when its parent is dead.

    Processor time is for ``most`` requests in all, of which each gets its own part.
    """
    seconds = whole_seconds(limits)
    for which, amount in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, 256),
    ):
        resource.setrlimit(which, (amount, amount))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most * seconds + 1))
    signal.setitimer(signal.ITIMER_REAL, limits["seconds"] + 2)


def limit_next(limits: dict[str, Any]) -> None:
    """Begin the time of a further request; that of all together stays."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, all_together = resource.getrlimit(resource.RLIMIT_CPU)
    own = int(used.ru_utime + used.ru_stime) + 1 + whole_seconds(limits)
    resource.setrlimit(resource.RLIMIT_CPU, (min(own, all_together), all_together))
    signal.setitimer(signal.ITIMER_REAL, limits["seconds"] + 2)


def whole_seconds(limits: dict[str, Any]) -> int:
    return max(1, int(-(-limits["seconds"] // 1)))


def enter_packages() -> None:
    for name, folder in (("edocs", HERE.parent), ("edocs.limited", HERE)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def answer_to_request(request: dict[str, Any]) -> dict[str, Any]:
    errors = import_module("edocs.limited.errors")
    task = request["task"]
    work = getattr(import_module(TASKS[task]), task)
    try:
        return {"result": work(Path(request["path"]), Path(request["folder"]), **request["arguments"])}
    except errors.FileRefused as refused:
        return {"refused": refused.code.value, "detail": refused.detail}
    except MemoryError:
        return {"refused": "bomb", "detail": "out of memory"}
    except RecursionError:
        return {"refused": "bomb", "detail": "nested too deeply"}


if __name__ == "__main__":
    main()
