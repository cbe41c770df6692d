"""The signing daemon as it runs in an office: a process of its own, with tokens, that may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from signing.demo_pki import DemoPki
from signing.errors import SignerUnreachable
from signing.keys import LoadedKey
from signing.process.client import SigningClient
from tests.scenarios.served import wait_for
from tests.signatures.fixtures import DEPUTY, SEAL
from tests.signing.softhsm import SoftToken, Stored, make_token, with_moods

ROOT = Path(__file__).resolve().parents[2]
LEADER_PIN = "7301-leader"
SEAL_PIN = "5518-seal"


@dataclass
class Daemon:
    """``manage.py signing_daemon`` in a folder; ``mood`` is what the library of the seal's token feels like."""

    folder: Path
    pki: DemoPki
    seal_rules: str = ""
    seconds: float = 20.0
    tsa_urls: tuple[str, ...] = ()
    proof_later: str = "time"
    revocation_hosts: tuple[str, ...] = ()
    keys_dir: Path | None = None
    """Where the trust of the daemon lies, when it is not the demonstration's."""
    leader_key: LoadedKey | None = None
    seal_key: LoadedKey | None = None
    moody: bool = False
    mood: Path = field(init=False)
    running: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Make the tokens, and write down which keys are on them."""
        self.folder.mkdir(exist_ok=True)
        keys = {holder: self.pki.load(holder.key_id, holder.password) for holder in (DEPUTY, SEAL)}
        leader = make_token(
            self.folder / "leader", "leader", LEADER_PIN, Stored("key", self.leader_key or keys[DEPUTY])
        )
        seal = make_token(self.folder / "seal", "seal", SEAL_PIN, Stored("seal", self.seal_key or keys[SEAL]))
        self.mood = self.folder / "mood"
        if self.moody:
            leader, self.mood = with_moods(leader, self.folder)
            seal, self.mood = with_moods(seal, self.folder)
        self.configuration.write_text(self._configuration(leader, seal), "utf-8")

    def _configuration(self, leader: SoftToken, seal: SoftToken) -> str:
        keys = [
            f'[keys."{DEPUTY.key_id}"]\ntoken = "leader"\nlabel = "key"\npurpose = "person"\n',
            f'[keys.seal]\ntoken = "seal"\nlabel = "seal"\npurpose = "seal"\n{self.seal_rules}\n',
        ]
        tokens = [leader.toml("leader", seconds=self.seconds), seal.toml("seal", seconds=self.seconds)]
        return "\n".join([*keys, *tokens])

    @property
    def configuration(self) -> Path:
        return self.folder / "keys.toml"

    @property
    def socket(self) -> Path:
        return self.folder / "s"

    @property
    def log(self) -> Path:
        return self.folder / "daemon.log"

    @property
    def client(self) -> SigningClient:
        return SigningClient(self.socket)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        told = {
            "VAR_DIR": str(self.folder / "var"),
            "KEYS_DIR": str(self.keys_dir or self.pki.folder),
            "SIGNING_SOCKET": str(self.socket),
            "SIGNING_KEYS_FILE": str(self.configuration),
            "SIGNING_TSA_URLS": ",".join(self.tsa_urls),
            "SIGNING_TSA_SECONDS": "2",
            "SIGNING_PROOF_LATER": self.proof_later,
            "SIGNING_REVOCATION_HOSTS": ",".join(self.revocation_hosts),
            "ALLOW_SOFT_KEYS": "1",
            "TMPDIR": str(temporary),
        }
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.log.open("ab") as said:
            self.running = subprocess.Popen(
                [sys.executable, "manage.py", "signing_daemon"], cwd=ROOT, env=kept | told, stdout=said, stderr=said
            )

        def answers() -> bool:
            assert self.running is not None
            assert self.running.poll() is None, self.log.read_text()
            with suppress(SignerUnreachable):
                self.client.ping()
                return True
            return False

        wait_for(answers, "the signing daemon")

    def kill(self) -> None:
        """End it with -9, whatever it is doing."""
        assert self.running is not None
        self.running.kill()
        self.running.wait(10)

    def hold(self) -> None:
        """Let it hang: it neither answers nor ends."""
        assert self.running is not None
        self.running.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(signal.SIGCONT)
            self.running.terminate()
            self.running.wait(20)

    def tokens(self) -> list[int]:
        """The processes beside its tokens."""
        assert self.running is not None
        found = Path(f"/proc/{self.running.pid}/task").glob("*/children")
        return [int(child) for one in found for child in one.read_text().split()]


@contextmanager
def daemon(folder: Path, pki: DemoPki, **more: object) -> Iterator[Daemon]:
    """A daemon that runs until the end of the block."""
    made = Daemon(folder, pki, **more)  # type: ignore[arg-type]
    made.start()
    try:
        yield made
    finally:
        made.stop()
