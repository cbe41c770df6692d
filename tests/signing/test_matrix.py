"""Every place where a key may live, for leader and for seal: each pair makes a document that all judges accept.

All documents are made first, through one signing process at its socket; then each is judged by EU DSS under strict
constraints, pyHanko's default policy, pdfsig and qpdf.  The matrix is printed (``pytest -s``).  Each place signs and
seals beside itself and beside its neighbour; ``EDOCS_MATRIX=all`` is every pair.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signing import LoadedKey, LocalTimestamper, Trust, sha256_of
from signing.demo_pki import DemoPki
from signing.keys import Secret
from signing.process import SigningBackend, SigningClient
from signing.process.elsewhere import Filling
from signing.process.keyring import read_keyring
from signing.process.server import SigningServer
from signing.providers.national import Transaction
from tests.edocs_sign import soft_token
from tests.signing.at_token import signed_at
from tests.signing.certified import certify
from tests.signing.conftest import AGENCY, LEADER, Course
from tests.signing.csc_service import CLIENT, CLIENT_SECRET, PIN, CscService, Held
from tests.signing.independent import java_judges, opinions_of
from tests.signing.national_service import OFFICE, OFFICE_SECRET, USER, MySignService, SmartCaService
from tests.signing.softhsm import Stored, make_token

pytestmark = pytest.mark.tool("mvn", "java", "pdfsig", "certutil", "qpdf", "softhsm2-util")

PROVIDERS = ("pkcs12", "pkcs11", "token", "csc", "smartca", "mysign")
HSM_PIN = "4410-7720"
NUMBER, DATE = "1043", "ngày 22 tháng 11 năm 2026"


@dataclass
class Places:
    """One signing process that reaches keys everywhere."""

    client: SigningClient
    tokens: Mapping[str, soft_token.SoftToken]
    course: Course
    folder: Path
    images: Mapping[str, bytes]

    # --- keys that are opened in the signing process ---
    def _at_once(self, provider: str, purpose: str, sources: Sequence[Path]) -> list[Path]:
        holder = LEADER if purpose == "sign" else AGENCY
        name = holder.key_id if provider == "pkcs12" else f"pkcs11-{purpose}"
        password = holder.password if provider == "pkcs12" else HSM_PIN
        session = self.client.unlock(name, password, [sha256_of(one) for one in sources], purpose)
        made = []
        for source in sources:
            target = self._target(source, provider)
            if purpose == "sign":
                self.client.sign(session, source, target, image=self.images["sign"])
            else:
                self.client.seal(session, source, target, number=NUMBER, date=DATE, image=self.images["seal"])
            made.append(target)
        return made

    # --- keys that are elsewhere, by two phases under one consent ---
    def _elsewhere(self, provider: str, purpose: str, sources: Sequence[Path]) -> list[Path]:
        name = f"{provider}-{purpose}"
        certificate = (
            self.tokens[purpose].certificate if provider == "token" else self.client.elsewhere.describe(name)[0]
        )
        filling = Filling(NUMBER, DATE) if purpose == "seal" else None
        waiting, prepared = [], []
        for number, source in enumerate(sources):
            place = self.folder / f"{name}-{number}.waiting"
            image = self.images[purpose]
            prepared.append(
                self.client.elsewhere.prepare(
                    source, place, certificate, base_sha256=sha256_of(source), image=image, filling=filling
                )
            )
            waiting.append(place)
        values = self._values(provider, purpose, [one.attributes for one in prepared])
        made = []
        for source, place, one, value in zip(sources, waiting, prepared, values, strict=True):
            target = self._target(source, provider)
            self.client.elsewhere.finish(one, value, place, target, base_sha256=sha256_of(source))
            made.append(target)
        return made

    def _values(self, provider: str, purpose: str, pieces: list[bytes]) -> list[bytes]:
        if provider == "token":
            return signed_at(self.tokens[purpose], pieces)
        name = f"{provider}-{purpose}"
        given = self.client.elsewhere.start(name, purpose, pieces, {"PIN": Secret(PIN)} if provider == "csc" else {})
        if not isinstance(given, Transaction):
            return given
        values = self.client.elsewhere.ask(name, given, pieces)
        assert values is not None
        return values

    def _target(self, source: Path, provider: str) -> Path:
        before = "" if source == self.course.prepared else f"{source.stem}-"
        return self.folder / f"{before}{provider}.pdf"

    def made(self, provider: str, purpose: str, sources: Sequence[Path]) -> list[Path]:
        """Sign or seal each of the files with the key at a place, under one consent."""
        make = self._at_once if provider in ("pkcs12", "pkcs11") else self._elsewhere
        return make(provider, purpose, sources)


@pytest.fixture(scope="module")
def places(
    tmp_path_factory: pytest.TempPathFactory,
    pki: DemoPki,
    trust: Trust,
    timestamper: LocalTimestamper,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    course: Course,
    signature_png: bytes,
    seal_png: bytes,
) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("places")
    names = {"sign": LEADER.name, "seal": AGENCY.name}
    held: dict[str, tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]] = {}
    for purpose, name in names.items():
        private = rsa.generate_private_key(65537, 2048)
        held[purpose] = (private, certify(pki, private.public_key(), name))
    tokens = {purpose: soft_token.make_token(folder / purpose, pki, name) for purpose, name in names.items()}
    lines: list[str] = []
    for purpose, key in (("sign", leader_key), ("seal", seal_key)):
        hsm = make_token(folder / f"hsm-{purpose}", f"hsm-{purpose}", HSM_PIN, Stored("key", key))
        lines += [f'[keys."pkcs11-{purpose}"]', f'token = "hsm-{purpose}"', 'label = "key"', _purpose(purpose)]
        lines.append(hsm.toml(f"hsm-{purpose}"))
    with ExitStack() as stack:
        csc = CscService({purpose: Held(*found) for purpose, found in held.items()})
        addresses = {"csc": stack.enter_context(csc.serving())}
        for purpose, found in held.items():
            addresses[f"smartca-{purpose}"] = stack.enter_context(SmartCaService(*found).serving())
            addresses[f"mysign-{purpose}"] = stack.enter_context(MySignService(*found).serving())
            lines += [f'[keys."csc-{purpose}"]', 'service = "csc"', f'holder = "{purpose}"', _purpose(purpose)]
            for dialect in ("smartca", "mysign"):
                service = f"{dialect}-{purpose}"
                lines += [f'[keys."{service}"]', f'service = "{service}"', f'holder = "{USER}"', _purpose(purpose)]
        for name, address in addresses.items():
            lines += _service(folder, name, address)
        path = folder / "keys.toml"
        path.write_text("\n".join(lines), "utf-8")

        def above(certificate: bytes) -> tuple[bytes, ...]:
            return tuple(der for der in trust.evidence(certificate)[0] if der not in (certificate, *trust.roots))

        keyring = read_keyring(path, pki.keys, soft_allowed=True, state=None, chain=above)
        server = SigningServer(folder / "s", SigningBackend(keyring, trust, timestamper))
        threading.Thread(target=server.run, daemon=True).start()
        stack.callback(server.stop)
        images = {"sign": signature_png, "seal": seal_png}
        yield Places(SigningClient(folder / "s"), tokens, course, folder, images)


def _purpose(purpose: str) -> str:
    return f'purpose = "{"person" if purpose == "sign" else "seal"}"'


def _service(folder: Path, name: str, address: str) -> list[str]:
    client, secret = (CLIENT, CLIENT_SECRET) if name == "csc" else (OFFICE, OFFICE_SECRET)
    (folder / f"{name}.secret").write_text(secret, "utf-8")
    return [
        f'[services."{name}"]',
        f'dialect = "{name.partition("-")[0]}"',
        f'url = "{address}"',
        f'client = "{client}"',
        f'secret_file = "{folder / f"{name}.secret"}"',
        "loopback = true",
    ]


@pytest.mark.requirement("R-SIG-5")
def test_every_pair_of_places_makes_a_document_that_everybody_accepts(
    places: Places, pki: DemoPki, trust: Trust, nss: str
) -> None:
    begun = time.monotonic()
    signed = {provider: places.made(provider, "sign", [places.course.prepared])[0] for provider in PROVIDERS}
    sealed: dict[tuple[str, str], Path] = {}
    for seal in PROVIDERS:
        leaders = [leader for leader in PROVIDERS if wanted(leader, seal)]
        made = places.made(seal, "seal", [signed[leader] for leader in leaders])
        sealed |= {(leader, seal): path for leader, path in zip(leaders, made, strict=True)}
    after = time.monotonic() - begun
    with java_judges([pki.folder / "trust" / "roots" / "root.der"]) as judges:
        said = opinions_of(list(sealed.values()), judges, trust.roots, nss)
    both = dict(zip(sealed, said, strict=True))
    _print_matrix({pair: found.good({"leader", "seal"}) for pair, found in both.items()})
    print(f"{len(both)} files made in {after:.0f} s, judged after {time.monotonic() - begun:.0f} s")  # noqa: T201
    assert {pair: found for pair, found in both.items() if not found.good({"leader", "seal"})} == {}
    assert all(found.pdfa for found in both.values()), "letters stay PDF/A-2b"
    assert {leader for leader, _ in both} == {seal for _, seal in both} == set(PROVIDERS)


def wanted(leader: str, seal: str) -> bool:
    """Whether this pair is made: every one, or each place beside itself and beside its neighbour."""
    apart = (PROVIDERS.index(seal) - PROVIDERS.index(leader)) % len(PROVIDERS)
    return os.environ.get("EDOCS_MATRIX") == "all" or apart < 2


def _print_matrix(good: Mapping[tuple[str, str], bool]) -> None:
    """Rows are the leader's key, columns the seal's; DSS strict, pyHanko, pdfsig and qpdf all accept."""
    words = {True: "ok", False: "REFUSED", None: "·"}
    print("\n" + "".join(f"{word:>10}" for word in ("leader", *PROVIDERS)))  # noqa: T201
    for leader in PROVIDERS:
        row = (leader, *(words[good.get((leader, seal))] for seal in PROVIDERS))
        print("".join(f"{word:>10}" for word in row))  # noqa: T201
