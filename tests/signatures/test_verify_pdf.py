"""``manage.py verify_pdf``: an answer for every file, whatever it is."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management import call_command

from tests.signing.attacks.kit import letter, revocations, sign
from tests.signing.attacks.world import World

ANSWER = {"file", "verdict", "signatures", "reasons"}
SIGNATURE = {
    "field",
    "signer",
    "organisation",
    "issuer",
    "signed_at",
    "time_is_trusted",
    "coverage",
    "verdict",
    "reasons",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def root(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trust") / "root.pem"
    path.write_bytes(b"some words\n" + world.pki.root.certificate.public_bytes(Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def signed(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "đã ký.pdf"
    path.write_bytes(world.signed)
    return path


def asked(*arguments: object, trust: Path | None = None) -> list[dict[str, Any]]:
    out = io.StringIO()
    more = ["--trust", str(trust)] if trust else []
    call_command("verify_pdf", *(str(one) for one in arguments), "--json", *more, stdout=out, stderr=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_signed_file_is_valid_by_its_root(signed: Path, root: Path) -> None:
    (answer,) = asked(signed, trust=root)
    assert answer["file"] == str(signed)
    assert (answer["verdict"], answer["reasons"]) == ("valid", [])
    assert answer.keys() >= ANSWER
    (one,) = answer["signatures"]
    assert one.keys() == SIGNATURE
    assert (one["signer"], one["organisation"]) == ("Nguyễn Thị Hồng Ánh", "Sở Nội vụ tỉnh Mẫu")
    assert (one["issuer"], one["verdict"], one["coverage"]) == ("Mẫu CA", "valid", "whole_file")
    assert (one["time_is_trusted"], one["reasons"]) == (False, ["revocation_not_checked"])
    assert one["signed_at"].endswith("+00:00")


@pytest.mark.django_db
def test_without_trust_nothing_is_valid(signed: Path) -> None:
    (answer,) = asked(signed)
    assert answer["verdict"] == "unsure"
    assert answer["signatures"][0]["reasons"] == ["untrusted_issuer"]


def test_each_file_has_its_line_in_order(signed: Path, root: Path, tmp_path: Path) -> None:
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(signed.read_bytes().replace(b"1.000.000", b"9.000.000"))
    unsigned = tmp_path / "unsigned.pdf"
    unsigned.write_bytes(letter())
    rubbish = tmp_path / "rubbish.pdf"
    rubbish.write_bytes(os.urandom(5000))
    empty = tmp_path / "empty.pdf"
    empty.touch()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    files = [signed, altered, unsigned, rubbish, empty, tmp_path, tmp_path / "none.pdf", "a\0b", pipe, signed]
    answers = asked(*files, trust=root)
    assert [one["file"] for one in answers] == [str(one) for one in files]
    assert [one["verdict"] for one in answers] == [
        "valid",
        "invalid",
        "unsigned",
        *["unreadable"] * 6,
        "valid",
    ]
    assert [one["reasons"] for one in answers[5:9]] == [["not_a_file"], ["not_found"], ["not_found"], ["not_a_file"]]


def test_a_file_that_may_need_a_password_is_unreadable(root: Path, tmp_path: Path) -> None:
    import pikepdf

    path = tmp_path / "x.pdf"
    with pikepdf.open(io.BytesIO(letter())) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))
    (answer,) = asked(path, trust=root)
    assert (answer["verdict"], answer["reasons"]) == ("unreadable", ["encrypted"])


@pytest.mark.parametrize("form", ["der", "pem", "chain"])
def test_trust_is_read_in_every_usual_form(world: World, signed: Path, tmp_path: Path, form: str) -> None:
    certificate = world.pki.root.certificate
    path = tmp_path / "trust"
    if form == "der":
        path.write_bytes(certificate.public_bytes(Encoding.DER))
    elif form == "pem":
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
    else:
        others = (world.pki.alone, world.pki.root, world.pki.false_root)
        path.write_bytes(b"".join(one.certificate.public_bytes(Encoding.PEM) for one in others))
    assert asked(signed, trust=path)[0]["verdict"] == "valid"


def test_a_list_beside_the_trusted_certificate_counts(world: World, tmp_path: Path) -> None:
    from cryptography import x509

    from tests.signing.attacks.kit import NOW, YEAR

    path, trust = tmp_path / "x.pdf", tmp_path / "trust.pem"
    path.write_bytes(sign(letter(), world.pki.revoked))
    der = revocations(world.pki.sub, {world.pki.revoked.certificate.serial_number: NOW - YEAR / 2})
    pem = x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    trust.write_bytes(world.pki.root.certificate.public_bytes(Encoding.PEM) + pem)
    (answer,) = asked(path, trust=trust)
    assert answer["verdict"] == "invalid"
    assert "revoked" in answer["signatures"][0]["reasons"]


@pytest.mark.parametrize(
    "content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_trust_that_cannot_be_read_is_said(signed: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "trust.pem"
    path.write_bytes(content)
    (answer,) = asked(signed, trust=path)
    assert answer["verdict"] == "unsure"
    assert "trust_unreadable" in answer["reasons"]


def test_trust_that_does_not_exist_is_said(signed: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        assert "trust_unreadable" in asked(signed, trust=path)[0]["reasons"]


def test_what_takes_too_long_is_ended(signed: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from edocs.signatures.management.commands import verify_pdf

    monkeypatch.setattr(verify_pdf, "SECONDS", -0.5)
    (answer,) = asked(signed, trust=root)
    assert (answer["verdict"], answer["reasons"]) == ("unreadable", ["refused_timeout"])


def test_files_may_stand_behind_the_trust(signed: Path, root: Path) -> None:
    out = io.StringIO()
    call_command("verify_pdf", "--json", "--trust", str(root), str(signed), stdout=out)
    assert json.loads(out.getvalue())["verdict"] == "valid"


def test_people_read_sentences(signed: Path, root: Path) -> None:
    out = io.StringIO()
    call_command("verify_pdf", str(signed), "--trust", str(root), stdout=out)
    assert out.getvalue().startswith(f"{signed}: valid\n")
    assert "Nguyễn Thị Hồng Ánh" in out.getvalue()


def test_it_needs_no_database_and_no_demonstration(signed: Path, root: Path, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path / "var"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/nothing.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_pdf", str(signed), "/none", "--json", "--trust", str(root)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        timeout=60,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert [one["verdict"] for one in lines] == ["valid", "unreadable"]
    assert not (tmp_path / "nothing.sqlite3").exists()
