"""Write ``docs/conformity.md``: which requirement is shown by which tests.

The requirements stand in ``docs/requirements.tsv`` (id, basis, text); the tests carry their ids as marks.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "conformity.md"


def marks() -> dict[str, list[str]]:
    """Requirement id -> tests, read from the sources without running them."""
    shown: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.requirement":
                    for argument in decorator.args:
                        name = f"`{path.relative_to(ROOT)}` {node.name.removeprefix('test_').replace('_', ' ')}"
                        shown[ast.literal_eval(argument)].append(name)
    return shown


def text() -> str:
    """The page."""
    shown = marks()
    rows = [line.split("\t") for line in (ROOT / "docs" / "requirements.tsv").read_text("utf-8").splitlines() if line]
    unknown = sorted(set(shown) - {row[0] for row in rows})
    if unknown:
        sys.exit(f"tests name requirements that do not exist: {', '.join(unknown)}")
    done = sum(row[0] in shown for row in rows)
    lines = [
        "# Conformity",
        "",
        "Written by `make conformity` from the requirement ids that tests carry; do not edit.",
        "",
        f"{done} of {len(rows)} requirements are shown by at least one test. The others are not claimed.",
        "",
        "| Id | Basis | Requirement | Shown by |",
        "|---|---|---|---|",
    ]
    for identifier, basis, words in rows:
        tests = "<br>".join(shown.get(identifier, [])) or "not yet"
        lines.append(f"| {identifier} | {basis} | {words} | {tests} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    made = text()
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text("utf-8") != made:
            print("docs/conformity.md is not up to date: run make conformity")  # noqa: T201
            return 1
        return 0
    TARGET.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
