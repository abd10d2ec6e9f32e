"""A real Elasticsearch node of one's own, for tests and for trying: built, started, stopped.

It is Elastic's own minimal distribution from Maven Central, pinned by its checksum, to which
`tools/elasticsearch/` adds the token filters that Passerelle's indexes use. Maven and a JDK build
it once into `var/elasticsearch/`. Elasticsearch refuses to run as root, so that root starts it as
the user `nobody`. See `docs/elasticsearch.md`.
"""

import base64
import contextlib
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools import system
from tools.console import Arguments, Stop, say
from tools.local_server import HOST, LocalServer, free_port, is_root
from tools.places import ROOT, WINDOWS

VERSION = "8.19.21"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA512 = (
    "cf6b0a93860d329937ae7f913ec5073b0c726c77639764b93fc83a304aa1dd9d"
    "4defcfa2849948eea3b0b47c2065f994908603939fc2a4774c9c4d868c5ec1dd"
)
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
MODULE = Path(__file__).with_name("elasticsearch")
CACHE = ROOT / "var" / "elasticsearch"
OLDEST_JAVA = 17

ADMINISTRATOR = "administrator"
STARTS_WITHIN = 180  # seconds; alone on its machine it takes twenty
STOPS_WITHIN = 30  # seconds
SETTINGS = f"""\
cluster.name: passerelle-tests
network.host: {HOST}
action.destructive_requires_name: true
cluster.routing.allocation.disk.threshold_enabled: false
xpack.security.autoconfiguration.enabled: false
"""
SECURITY = """\
xpack.security.enabled: true
xpack.security.authc.api_key.enabled: true
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: certificates/node.key
xpack.security.http.ssl.certificate: certificates/node.crt
xpack.security.http.ssl.certificate_authorities: certificates/ca.crt
"""


class NodeMissing(Exception):
    """No Elasticsearch node can be had here: the message says what is missing or what failed."""


@dataclass(frozen=True)
class Peers:
    """The place of a node in a cluster of several: its name, its port for the others, theirs.

    Only `master` may lead, so that the cluster goes on when another one dies.
    """

    name: str
    port: int
    seeds: tuple[int, ...]
    master: str


class Node(LocalServer):
    """A node that lives as long as the `with` block; `stop` or `kill`, then `start`, keep its data.

    `url` is its address, without a name or secret. A `secured` node speaks TLS with a certificate
    signed by the file `ca`, and knows one user, `ADMINISTRATOR` with `password`, who may do all.
    `data` is a folder whose content outlives the block.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        secured: bool = False,
        peers: Peers | None = None,
        data: Path | None = None,
    ) -> None:
        distribution = build()
        self.port = port or free_port()
        self.secured = secured
        self.url = f"{'https' if secured else 'http'}://{HOST}:{self.port}"
        self.password = secrets.token_urlsafe(16)
        super().__init__("passerelle-elasticsearch-")
        self._config = self._folder / "config"
        self.ca = self._config / "certificates" / "ca.crt"
        self._data = data or self._folder / "data"
        try:
            self._home = _reachable(distribution, self._folder) if is_root() else distribution
            shutil.copytree(distribution / "config", self._config)
            self._configure(peers)
            self._give_away()
        except BaseException:
            self.close()
            raise

    def start(self, *, wait: bool = True) -> None:
        """Start the node and, unless told not to `wait`, stay until it answers.

        Raises `NodeMissing` with the end of its log when it does not.
        """
        variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ES_")},
            "ES_JAVA_HOME": str(java_home()),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_PATH_CONF": str(self._config),
            "ES_TMPDIR": str(self._folder / "tmp"),
            "HOME": str(self._folder),
        }
        script = self._home / "bin" / ("elasticsearch.bat" if WINDOWS else "elasticsearch")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(script)], env=variables, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                **self.options(die_with_parent=True),
            )  # fmt: skip
        if wait:
            self.wait()

    def wait(self) -> None:
        """Stay until the node answers. Raises `NodeMissing` with the end of its log otherwise."""
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.2)
        self.kill()
        raise NodeMissing(f"Elasticsearch does not start:\n{self.last_lines()}")

    def stop(self) -> None:
        """Stop the node in order."""
        process = self._process
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOPS_WITHIN)
        self.kill()

    def kill(self) -> None:
        """End the node at once, as a power cut would."""
        process, self._process = self._process, None
        if process is None:
            return
        if WINDOWS:
            process.kill()
        else:
            # The launcher that Elasticsearch starts through, and the server itself.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    @property
    def is_running(self) -> bool:
        """Whether its process is there; it may still be starting."""
        return self._process is not None and self._process.poll() is None

    def _configure(self, peers: Peers | None) -> None:
        settings = SETTINGS
        settings += f"http.port: {self.port}\n"
        settings += f"path.data: {self._data}\npath.logs: {self._folder / 'logs'}\n"
        if peers is None:
            settings += f"discovery.type: single-node\ntransport.port: {free_port()}\n"
        else:
            roles = "[master, data]" if peers.name == peers.master else "[data]"
            seeds = ", ".join(f'"{HOST}:{port}"' for port in peers.seeds)
            settings += f"node.name: {peers.name}\nnode.roles: {roles}\n"
            settings += f"transport.port: {peers.port}\ndiscovery.seed_hosts: [{seeds}]\n"
            if peers.name == peers.master:
                settings += f"cluster.initial_master_nodes: [{peers.master}]\n"
        if self.secured:
            settings += SECURITY
            make_certificates(self.ca.parent)
            (self._config / "users").write_text(
                f"{ADMINISTRATOR}:{_hashed(self.password)}\n", encoding="ascii"
            )
            (self._config / "users_roles").write_text(
                f"superuser:{ADMINISTRATOR}\n", encoding="ascii"
            )
        else:
            settings += "xpack.security.enabled: false\n"
        (self._config / "elasticsearch.yml").write_text(settings, encoding="utf-8")
        for folder in (self._data, self._folder / "logs", self._folder / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)

    def _give_away(self) -> None:
        """Let the user that the node runs as own what it writes."""
        if not self._as_user:
            return
        owned = [self._folder, self._data, *self._config.rglob("*"), self._config]
        for path in [*owned, *self._data.rglob("*"), self._folder / "logs", self._folder / "tmp"]:
            os.chown(path, self._as_user["user"], self._as_user["group"])

    def _answers(self) -> bool:
        request = urllib.request.Request(f"{self.url}/_cluster/health")
        context = None
        if self.secured:
            context = ssl.create_default_context(cafile=str(self.ca))
            secret = base64.b64encode(f"{ADMINISTRATOR}:{self.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {secret}")
        try:
            with urllib.request.urlopen(request, timeout=5, context=context) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def build() -> Path:
    """The folder of the distribution with our filters in it, made if need be.

    Raises `NodeMissing` where there is no JDK or Maven, or when Maven Central does not answer.
    """
    sources = b"".join(path.read_bytes() for path in sorted(MODULE.iterdir()))
    digest = hashlib.sha256(SHA512.encode() + sources).hexdigest()[:12]
    built = CACHE / f"{VERSION}-{digest}"
    if built.is_dir():
        return built
    system.ensure_java()
    home = java_home()
    CACHE.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="building-", dir=CACHE))
    try:
        _unpack(_download(work), work)
        distribution = work / f"elasticsearch-{VERSION}"
        _add_filters(distribution, home, work)
        for path in [distribution, *distribution.rglob("*")]:
            executable = path.is_dir() or path.parent.name == "bin"
            path.chmod(0o755 if executable else 0o644)
        with contextlib.suppress(OSError):  # Another process may have been faster.
            distribution.rename(built)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return built


def java_home() -> Path:
    """The folder of a JDK of at least `OLDEST_JAVA`. Raises `NodeMissing` where there is none."""
    javac = shutil.which("javac")
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += [Path(javac).resolve().parents[1]] if javac else []
    for home in homes:
        program = home / "bin" / ("javac.exe" if WINDOWS else "javac")
        if not program.is_file():
            continue
        said = subprocess.run([str(program), "-version"], capture_output=True, text=True)
        version = re.search(r"javac (\d+)", said.stdout + said.stderr)
        if version and int(version[1]) >= OLDEST_JAVA:
            return home
    raise NodeMissing(f"no JDK {OLDEST_JAVA} or newer: install one, or set TEST_SEARCH_URL")


def _download(folder: Path) -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise NodeMissing(
            "no Maven to fetch Elasticsearch with: install it, or set TEST_SEARCH_URL"
        )
    say(
        f"Téléchargement d’Elasticsearch {VERSION} par Maven…",
        f"Fetching Elasticsearch {VERSION} with Maven…",
    )
    done = subprocess.run(
        [maven, "--quiet", "--batch-mode", COPY, f"-Dartifact={ARTIFACT}",
         f"-DoutputDirectory={folder}"],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    archive = folder / f"elasticsearch-{VERSION}.zip"
    if done.returncode != 0 or not archive.is_file():
        lines = (done.stdout + done.stderr).splitlines()[-15:]
        raise NodeMissing("Maven cannot fetch Elasticsearch:\n" + "\n".join(lines))
    with archive.open("rb") as content:
        found = hashlib.file_digest(content, "sha512").hexdigest()
    if found != SHA512:
        raise NodeMissing(f"{archive.name} is not the file that was pinned: SHA-512 {found}")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder)
    archive.unlink()


def _add_filters(distribution: Path, home: Path, work: Path) -> None:
    classes = work / "classes"
    classes.mkdir()
    module = distribution / "modules" / "passerelle-analysis"
    module.mkdir()
    shutil.copy(MODULE / "plugin-descriptor.properties", module)
    for path in (distribution / "config" / "scripts", distribution / "plugins"):
        path.mkdir(exist_ok=True)
    source = str(MODULE / "AnalysisModule.java")
    libraries = str(distribution / "lib" / "*")
    for command in (
        ["javac", "-encoding", "UTF-8", "-d", str(classes), "-cp", libraries, source],
        ["jar", "cf", str(module / "passerelle-analysis.jar"), "-C", str(classes), "."],
    ):
        program = str(home / "bin" / command[0])
        done = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, errors="replace"
        )
        if done.returncode != 0:
            raise NodeMissing(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def make_certificates(folder: Path) -> None:
    """Throw-away `ca.crt`, and `node.crt` with `node.key` that it signed for this machine."""
    if shutil.which("openssl") is None:
        raise NodeMissing("no openssl to make certificates with: install it")
    folder.mkdir(parents=True, exist_ok=True)
    new_key = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-sha256"]
    (folder / "extensions").write_text(
        f"subjectAltName=DNS:localhost,IP:{HOST}\n"
        "basicConstraints=critical,CA:FALSE\n"
        "authorityKeyIdentifier=keyid\n",
        encoding="ascii",
    )
    for command in (
        [*new_key, "-x509", "-days", "2", "-subj", "/CN=Passerelle tests", "-keyout", "ca.key",
         "-out", "ca.crt", "-addext", "basicConstraints=critical,CA:TRUE",
         "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
        [*new_key, "-subj", "/CN=localhost", "-keyout", "node.key", "-out", "node.csr"],
        ["openssl", "x509", "-req", "-in", "node.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
         "-CAcreateserial", "-days", "2", "-extfile", "extensions", "-out", "node.crt"],
    ):  # fmt: skip
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise NodeMissing(f"openssl failed:\n{done.stderr}")


def run(arguments: list[str]) -> int:
    """`run.py node`: start a node, print how to use it, and keep it until Ctrl-C."""
    parser = Arguments(prog="run.py node")
    parser.add_argument("--port", type=int, default=9200, help="port du nœud / port of the node")
    options = parser.parse_args(arguments)
    with socket.socket() as probe:
        if probe.connect_ex((HOST, options.port)) == 0:
            raise Stop(
                f"Le port {options.port} est déjà pris. Choisissez-en un autre avec --port.",
                f"Port {options.port} is already taken. Choose another one with --port.",
            )
    say("Préparation d’un nœud Elasticsearch…", "Getting an Elasticsearch node ready…")
    try:
        with Node(port=options.port, data=CACHE / "data") as node:
            url = f"{node.url}/passerelle"
            say(
                f"Elasticsearch répond. Pour l’essayer, dans un autre terminal :\n"
                f"    SEARCH_URL={url} python3 run.py manage search_rebuild\n"
                f"    SEARCH_URL={url} python3 run.py demo\n"
                "  Ctrl-C l’arrête ; ce qu’il contient est gardé.",
                "Elasticsearch answers. Try it with the commands above, in another terminal.\n"
                "  Ctrl-C stops it; what it holds is kept.",
            )
            while node.is_running:
                time.sleep(1)
            raise NodeMissing(f"Elasticsearch has stopped:\n{node.last_lines()}")
    except NodeMissing as missing:
        raise Stop(
            "Elasticsearch ne peut pas tourner ici.",
            "Elasticsearch cannot run here.",
            details=str(missing),
        ) from missing


def _hashed(password: str) -> str:
    """A password as Elasticsearch's file of users holds it."""
    rounds, salt = 10_000, secrets.token_bytes(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    encoded = "$".join(base64.b64encode(part).decode() for part in (salt, digest))
    return f"{{PBKDF2}}{rounds}${encoded}"


def _reachable(distribution: Path, folder: Path) -> Path:
    """This distribution, or a copy of it in `folder` when `nobody` may not reach it."""
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in distribution.parents):
        return distribution
    return Path(shutil.copytree(distribution, folder / "distribution"))
