"""`run.py demo`: from nothing to a site that answers, skipping what an earlier run has done."""

import errno
import hashlib
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import packages
from tools.console import Stop, say
from tools.places import ROOT, WINDOWS, data_dir, environment, venv_python
from tools.processes import hand_over

HOST = "127.0.0.1"
ACCOUNTS = "demo-accounts.txt"
STAMP = "demo-stamp.json"
# What the demo writes. The secret key and whatever else lies in the data folder stay.
OWNED = [ACCOUNTS, STAMP, "db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "media", "search"]


@dataclass(frozen=True)
class Step:
    """A management command, done again when the files it depends on have changed."""

    command: tuple[str, ...]
    french: str
    english: str
    inputs: tuple[str, ...]

    @property
    def name(self) -> str:
        """The command without its options."""
        return self.command[0]

    def digest(self) -> str:
        """A fingerprint of what the step depends on, among it which database it was done in."""
        found = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
        found.update(os.environ.get("DATABASE_URL", "").encode())
        found.update(os.environ.get("SEARCH_URL", "").encode())
        for pattern in self.inputs:
            for path in sorted(ROOT.glob(pattern)):
                if path.is_file() and path.suffix != ".pyc":
                    found.update(path.relative_to(ROOT).as_posix().encode())
                    found.update(path.read_bytes())
        return found.hexdigest()


STEPS = [
    Step(
        ("migrate", "--no-input", "--verbosity", "0"),
        "Préparation de la base de données…",
        "Preparing the database…",
        ("*/migrations/*.py",),
    ),
    Step(
        ("load_demo",),
        "Chargement de la démonstration…",
        "Loading the demo…",
        ("demo/**/*", "taxonomy/vocabularies/*.yaml", "organizations/permissions.py"),
    ),
    Step(
        ("search_rebuild",),
        "Construction de l’index de recherche…",
        "Building the search index…",
        ("*/search.py", "search/core/*.py", "search/engines/**/*.py"),
    ),
]


def run(*, port: int, serve: bool, reset: bool) -> int:
    """Prepare the demo and, unless told otherwise, serve it until interrupted."""
    if serve:
        _require_free(port)
    if reset:
        _reset()
    packages.ensure()
    _prepare()
    if not serve:
        _show_accounts()
        say(
            f"Tout est prêt. Pour servir le site : python3 run.py demo --port {port}",
            f"Everything is ready. To serve the site: python3 run.py demo --port {port}",
        )
        return 0
    _require_free(port)
    return _serve(port)


def _prepare() -> None:
    folder = data_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "static").mkdir(exist_ok=True)
    except OSError as error:
        raise Stop(
            f"Impossible d’écrire dans le dossier des données « {folder} » : {error}.",
            f"Cannot write in the data folder “{folder}”: {error}.",
        ) from error
    stamp = read_stamp(folder)
    if "DATABASE_URL" not in os.environ and not (folder / "db.sqlite3").exists():
        write_stamp(folder, {})
        stamp = {}
    if all(stamp.get(step.name) == step.digest() for step in STEPS):
        return
    # One process for all the steps: each would take seconds to import the site again.
    command = [str(venv_python()), "-m", "tools.demo_steps"]
    # The worker of the index has nothing to do before the index is built.
    variables = environment(SEARCH_WORKER_IN_PROCESS="false")
    if subprocess.run(command, cwd=ROOT, env=variables).returncode != 0:
        stamp = read_stamp(folder)
        failed = next((step.name for step in STEPS if step.name not in stamp), STEPS[-1].name)
        raise Stop(
            f"La commande « manage.py {failed} » a échoué (voir ci-dessus). Pour repartir de"
            " zéro : python3 run.py demo --reset",
            f"The command “manage.py {failed}” failed (see above). To start afresh:"
            " python3 run.py demo --reset",
        )


def due(folder: Path) -> Iterator[Step]:
    """The steps to carry out, each forgotten with those after it until the caller comes back.

    An interruption then leaves them to be done.
    """
    changed = False
    for position, step in enumerate(STEPS):
        stamp, digest = read_stamp(folder), step.digest()
        changed = changed or stamp.get(step.name) != digest
        if changed:
            kept = [other.name for other in STEPS[:position]]
            write_stamp(folder, {name: stamp[name] for name in kept if name in stamp})
            yield step
            write_stamp(folder, {**read_stamp(folder), step.name: digest})


def read_stamp(folder: Path) -> dict[str, str]:
    """The fingerprint of each step that is done."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(folder: Path, stamp: dict[str, str]) -> None:
    """Note which steps are done."""
    (folder / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def _reset() -> None:
    if os.environ.get("DATABASE_URL"):
        raise Stop(
            "« --reset » n’efface que la base SQLite locale, et DATABASE_URL en désigne une autre.",
            "“--reset” erases the local SQLite database only, and DATABASE_URL names another one.",
        )
    for name in OWNED:
        path = data_dir() / name
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise Stop(
                f"Impossible d’effacer « {path} » : {error}. Arrêtez le site, puis recommencez.",
                f"Cannot erase “{path}”: {error}. Stop the site, then try again.",
            ) from error
    say("Les données de la démonstration sont effacées.", "The data of the demo are erased.")


def _require_free(port: int) -> None:
    if not 1 <= port <= 65535:
        raise Stop(
            f"{port} n’est pas un port : choisissez un nombre de 1024 à 65535.",
            f"{port} is not a port: choose a number from 1024 to 65535.",
            code=2,
        )
    problem = _cannot_listen(port)
    if problem is None:
        return
    if problem.errno == errno.EACCES:
        french, english = f"Le port {port} est réservé au système.", f"Port {port} is reserved."
    else:
        french = f"Le port {port} est déjà occupé, peut-être par une autre démonstration."
        english = f"Port {port} is already in use, perhaps by another demo."
    other = next(
        (free for free in range(8001, 8100) if free != port and _cannot_listen(free) is None), 0
    )
    command = f"python3 run.py demo --port {other or 9000}"
    raise Stop(f"{french} Essayez : {command}", f"{english} Try: {command}")


def _cannot_listen(port: int) -> OSError | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if not WINDOWS:
            # Connections of the previous run that are still closing are no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error
    return None


def _show_accounts() -> None:
    path = data_dir() / ACCOUNTS
    if path.exists():
        say(f"Comptes et mots de passe : {path}", f"Accounts and passwords: {path}")


def welcome(address: str) -> str:
    """What to read once the site answers: addresses, accounts and three things to try."""
    accounts = data_dir() / ACCOUNTS
    strict = os.environ.get("SECOND_FACTOR_REQUIRED", "false") != "false"
    factor = "demandé / asked for" if strict else "pas demandé ici / not asked for here"
    return f"""
Passerelle répond. / Passerelle answers.        (Ctrl-C : arrêter / stop)

  Site           {address}/fr/            {address}/en/
  Recherche      {address}/fr/recherche/  {address}/en/search/
  Connexion      {address}/fr/compte/connexion/
  Administration {address}/admin/
  API            {address}/api/v1/docs
  Comptes / Accounts: {accounts}
  Second facteur / Second factor: {factor}

  Trois choses à essayer / Three things to try
  1. Cherchez « rétroaction », puis resserrez par thème et par milieu.
     Search for “feedback”, then narrow by theme and by setting.
  2. Connectez-vous comme contributeur : écrivez une fiche et soumettez-la.
     Sign in as a contributor: write a sheet and submit it.
  3. Connectez-vous comme modérateur de la même organisation : publiez-la, puis cherchez-la.
     Sign in as a moderator of the same organization: publish it, then search for it.
"""


def _serve(port: int) -> int:
    address = f"http://localhost:{port}"
    variables = environment(PASSERELLE_DEMO_ADDRESS=address)
    variables.setdefault("BASE_URL", address)
    # Whoever tries the demo changes roles all the time.
    variables.setdefault("SECOND_FACTOR_REQUIRED", "false")
    python = str(venv_python())
    if WINDOWS:
        print(welcome(address), flush=True)
        server = [str(ROOT / "manage.py"), "runserver", "--noreload", f"{HOST}:{port}"]
        return hand_over([python, *server], variables)
    os.chdir(ROOT)
    server = ["-m", "gunicorn", "--config", "tools/demo_server.py", "--bind", f"{HOST}:{port}"]
    # The server takes the launcher's place: it hears every signal itself, and nothing is left
    # behind when it ends.
    return os.execve(python, [python, *server, "passerelle.wsgi"], variables)
