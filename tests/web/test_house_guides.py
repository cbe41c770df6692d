"""The guides keep step with what they describe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GUIDE = (ROOT / "docs" / "configuration.md").read_text("utf-8")
EXPLAINED = set(re.findall(r"^\| `([A-Z_]+)` \|", GUIDE, flags=re.MULTILINE))


def variables_of_settings() -> set[str]:
    text = (ROOT / "edocs" / "settings.py").read_text("utf-8")
    return set(re.findall(r'env(?:\.[a-z_]+)?\(\s*"([A-Z_]+)"', text))


def variables_of(name: str) -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / name).read_text("utf-8")))


def test_every_variable_of_the_settings_is_explained() -> None:
    wanted = variables_of_settings()
    assert len(wanted) > 20
    assert wanted - EXPLAINED == set()


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker/entrypoint.sh"])
def test_every_variable_of_the_topology_is_explained(name: str) -> None:
    wanted = variables_of(name)
    assert wanted
    assert wanted - EXPLAINED == set()


def test_nothing_is_explained_that_nobody_reads() -> None:
    read = variables_of_settings() | variables_of("docker-compose.yml") | variables_of("docker/entrypoint.sh")
    health = (ROOT / "docker" / "healthcheck.py").read_text("utf-8")
    read |= set(re.findall(r'environ\.get\("([A-Z_]+)"', health))
    assert EXPLAINED - read == set()


def test_the_entrypoint_starts_what_the_topology_asks_for() -> None:
    asked = set(re.findall(r"command: \[([a-z]+)\]", (ROOT / "docker-compose.yml").read_text("utf-8")))
    known = set(
        re.findall(r"^  ([a-z]+)\)$", (ROOT / "docker" / "entrypoint.sh").read_text("utf-8"), flags=re.MULTILINE)
    )
    assert asked == {"migrate", "web", "worker", "reader", "beat", "signing"}
    assert asked <= known


def test_only_the_signing_process_sees_private_keys() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    services = re.split(
        r"^  (?=[a-z]+:$)", text.split("\nservices:\n")[1].split("\nnetworks:\n")[0], flags=re.MULTILINE
    )
    holding = [part.split(":")[0] for part in services if re.search(r"- keys:", part)]
    assert holding == ["signing"]
    signing = next(part for part in services if part.startswith("signing:"))
    for word in ("SECRET_KEY", "DATABASE_URL", "BROKER_URL", "*environment", "inside"):
        assert word not in signing


def test_the_pages_that_guides_link_to_are_there() -> None:
    for name in ("administrators.md", "developers.md", "configuration.md"):
        page = ROOT / "docs" / name
        for target in re.findall(r"\]\(([a-z_]+\.md)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists() or target in {"performance.md", "conformity.md"}, (name, target)
