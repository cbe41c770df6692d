"""Fail when a file of the repository names an address outside the server that a browser or a build would load.

Allowed are names that are identifiers, not addresses to load: XML namespaces, licence texts, examples.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"(?:https?:)?//(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
#: Namespaces and names that are never fetched, and hosts that exist for examples only (RFC 2606).
NAMES = re.compile(
    r"//(?:www\.w3\.org|ns\.adobe\.com|www\.aiim\.org|purl\.org|schemas\.openxmlformats\.org|www\.mic\.gov\.vn"
    r"|uri\.etsi\.org|openoffice\.org|www\.apache\.org|scripts\.sil\.org|[a-z0-9.-]*example\.(?:com|org|net)|[a-z0-9.-]*\.(?:invalid|test|example))",
    re.IGNORECASE,
)
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".yml", ".yaml", ".typ", ".cfg", ".sh", ".json", ""}
LICENCES = re.compile(r"(?:^|/)(?:LICENSE|LICENCE|OFL|NOTICE)[^/]*$", re.IGNORECASE)


def main() -> int:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = 0
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix not in TEXT or LICENCES.search(name) or not path.is_file():
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="ignore").splitlines(), 1):
            for match in ADDRESS.finditer(line):
                if not NAMES.match(match.group(0).split(":", 1)[-1]):
                    print(f"{name}:{number}: {match.group(0)}")  # noqa: T201
                    found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
