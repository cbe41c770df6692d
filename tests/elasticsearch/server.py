"""A real Elasticsearch for tests and measurements: ``python -m tests.elasticsearch.server --folder FOLDER``.

Fetched by Maven (see ``pom.xml``; later from its cache, without the network), started on the loopback with TLS and a
password, stopped with this process. ``FOLDER/environment`` holds the variables that lead tests to it once it answers.
Needs ``mvn`` and a JDK of 21 or later, found by ``ES_JAVA_HOME``, ``JAVA_HOME`` or under ``/usr/lib/jvm``.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import hashlib
import ipaddress
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from search import Engine, open_engine

URL, CA = "EDOCS_TEST_ELASTICSEARCH", "EDOCS_TEST_ELASTICSEARCH_CA"
POM = Path(__file__).with_name("pom.xml")
HEAP = os.environ.get("EDOCS_TEST_ELASTICSEARCH_HEAP", "768m")
START_SECONDS = 120
SETTINGS = """
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: true
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: server.key
xpack.security.http.ssl.certificate: server.pem
xpack.security.transport.ssl.enabled: false
action.destructive_requires_name: false
cluster.routing.allocation.disk.threshold_enabled: false
"""


@dataclass(frozen=True)
class Server:
    """Where it answers, and by which authority's certificate."""

    url: str
    ca: str


class Node:
    """A server of one's own in a folder, which may be killed and started again with all it holds."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port = port or _free_port()
        password = secrets.token_urlsafe(12)
        home = _unpacked(folder)
        config = home / "config"
        _write_certificates(config)
        settings = SETTINGS.format(port=port, transport=_free_port(), folder=folder)
        (config / "elasticsearch.yml").write_text(settings)
        (config / "users").write_text(f"tester:{_hashed(password)}\n")
        (config / "users_roles").write_text("superuser:tester\n")
        self.server = Server(f"https://tester:{password}@127.0.0.1:{port}", str(config / "ca.pem"))
        self._program = home / "bin" / "elasticsearch"
        self._folder = folder
        self._user = _give_away(folder)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns once it answers."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "ES_JAVA_HOME": str(_java_home()),
            "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
            "ES_TMPDIR": str(self._folder / "tmp"),
        }
        with (self._folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._program)],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._user,  # type: ignore[arg-type]
            )
        _wait(self._process, self.server, self._folder / "out.log")

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """Let it end by itself."""
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def running(folder: Path, port: int = 0) -> Iterator[Server]:
    """A server of one's own in a folder, stopped and forgotten afterwards."""
    node = Node(folder, port)
    try:
        node.start()
        yield node.server
    finally:
        node.stop()


@contextmanager
def own_index(url: str = "") -> Iterator[Engine]:
    """An engine on an index of its own at ``url``, at the server that the environment names, or at a new one."""
    url, ca = url or os.environ.get(URL, ""), os.environ.get(CA, "")
    if not url:
        with (
            tempfile.TemporaryDirectory(prefix="elasticsearch-", ignore_cleanup_errors=True) as name,
            running(Path(name)) as server,
            own_index_at(server) as engine,
        ):
            yield engine
        return
    with own_index_at(Server(url, ca)) as engine:
        yield engine


@contextmanager
def kept_index(folder: Path) -> Iterator[Engine]:
    """An engine on a server of one's own in a folder that is kept, with all it holds."""
    with running(folder.resolve()) as server:
        yield open_engine(f"{server.url}/kept", ca=server.ca)


@contextmanager
def own_index_at(server: Server) -> Iterator[Engine]:
    """An engine on an index that nobody else has, taken away afterwards."""
    from search.engines.elasticsearch import ElasticsearchEngine

    engine = open_engine(f"{server.url.rstrip('/')}/t{secrets.token_hex(6)}", ca=server.ca)
    assert isinstance(engine, ElasticsearchEngine)
    try:
        yield engine
    finally:
        engine.drop()


def _unpacked(folder: Path) -> Path:
    command = ["mvn", "-q", "-B", "-f", str(POM), "package", f"-Dto={folder}"]
    if subprocess.run([*command, "-o"], capture_output=True).returncode:
        subprocess.run(command, check=True)
    (home,) = folder.glob("elasticsearch-*/")
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    return home


def _hashed(password: str, rounds: int = 10_000) -> str:
    """A password as the server's own users file keeps it."""
    salt = secrets.token_bytes(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return f"{{PBKDF2}}{rounds}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _java_home() -> Path:
    named = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    homes = [*named, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)]
    for home in homes:
        release = home / "release"
        found = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
        if found and int(found[1]) >= 21:
            return home
    raise SystemExit("Elasticsearch needs a JDK of 21 or later; set ES_JAVA_HOME to one.")


def _give_away(folder: Path) -> dict[str, object]:
    """The server refuses to run as root: another user gets the folder then."""
    if os.geteuid() != 0:
        return {}
    folder.chmod(0o755)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _write_certificates(config: Path) -> None:
    """An authority and the server's certificate by it, for a day."""
    now = dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Elasticsearch for tests")])
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]

    def certificate(key: ec.EllipticCurvePrivateKey, *, authority: bool) -> x509.Certificate:
        subject = name if authority else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        builder = x509.CertificateBuilder(name, subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        return builder.sign(keys[0], hashes.SHA256())

    for key, file, authority in ((keys[0], "ca.pem", True), (keys[1], "server.pem", False)):
        made = certificate(key, authority=authority)
        (config / file).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (config / "server.key").write_bytes(
        keys[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    from elasticsearch import ApiError, Elasticsearch, TransportError

    client = Elasticsearch(server.url, ca_certs=server.ca, request_timeout=2, max_retries=0)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            client.cluster.health(wait_for_status="yellow", timeout="1s")
        except (ApiError, TransportError):
            time.sleep(0.3)
        else:
            client.close()
            return
    raise SystemExit(f"Elasticsearch did not start:\n{log.read_text(errors='replace')[-3000:]}")


def main() -> None:
    """Start, write where it is, wait until ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    begun = time.monotonic()
    with running(arguments.folder.resolve(), arguments.port) as server:
        draft = arguments.folder / "environment.new"
        draft.write_text(f"export {URL}='{server.url}'\nexport {CA}='{server.ca}'\n")
        draft.replace(arguments.folder / "environment")
        said = f"Elasticsearch answers after {time.monotonic() - begun:.0f} s: . {arguments.folder}/environment"
        print(said, flush=True)  # noqa: T201
        signal.pause()


if __name__ == "__main__":
    main()
