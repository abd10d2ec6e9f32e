"""What a server runs, as far as it runs without Docker: the files agree, and the site answers."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.processes import NAME, ROOT, get, healthcheck, production, serving

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SITE_SERVICES = ("web", "worker", "prepare")


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a server with a data folder of its own."""
    return production(tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="module")
def address(variables: dict[str, str]) -> Iterator[str]:
    """Where gunicorn serves the site with the production settings; its database has no table."""
    with serving(variables) as found:
        yield found


def test_the_health_check_tells_a_site_that_answers_from_one_that_does_not(
    variables: dict[str, str], address: str, free_port: int
):
    assert healthcheck(variables, address).returncode == 0
    silent = healthcheck(variables, f"127.0.0.1:{free_port}")
    assert silent.returncode == 1
    assert "Traceback" not in silent.stderr


def test_probes_inside_need_no_https_and_readers_are_sent_to_it(address: str):
    assert get(address, "/healthz")[0] == 200
    status, headers, _ = get(address, "/fr/")
    assert status == 301
    assert headers["location"] == f"https://{NAME}/fr/"


def test_a_name_that_is_not_the_sites_is_refused(address: str):
    assert get(address, "/healthz", Host="elsewhere.example")[0] == 400


def test_static_files_have_names_that_change_with_their_content(
    variables: dict[str, str], address: str
):
    collected = Path(variables["PASSERELLE_STATIC_ROOT"])
    named = next((collected / "css").glob("passerelle.*.css"))
    status, headers, _ = get(address, f"/static/css/{named.name}", X_Forwarded_Proto="https")
    assert status == 200
    assert "immutable" in headers["cache-control"]
    assert "max-age=31536000" in headers["strict-transport-security"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL"])
def test_a_server_does_not_start_without_what_it_must_know(variables: dict[str, str], missing: str):
    some = {name: value for name, value in variables.items() if name != missing}
    check = [sys.executable, "manage.py", "check"]
    told = subprocess.run(check, cwd=ROOT, env=some, capture_output=True, text=True)
    assert told.returncode != 0
    assert missing in told.stderr


def test_the_image_installs_the_pins_of_a_laptop():
    assert "pip install --require-hashes --no-deps --requirement requirements.txt" in DOCKERFILE
    assert re.search(r"^USER (?!root)\w+", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE


def test_the_image_holds_every_folder_that_the_site_needs():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    assert ignored[1] == "*"
    assert all((ROOT / name).exists() for name in kept)
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert rooms <= kept
    assert {"site", "templates", "static", "locale", "deploy", "manage.py"} <= kept
    assert "var" not in kept


def test_every_server_of_the_compose_file_is_waited_for_and_keeps_its_data():
    services = COMPOSE["services"]
    for name in ("postgres", "elasticsearch"):
        assert "healthcheck" in services[name]
        volume = services[name]["volumes"][0].split(":")[0]
        assert volume in COMPOSE["volumes"]
        assert "ports" not in services[name]
    for service in services.values():
        for other, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in services[other]
            else:
                assert services[other]["restart"] == "no"


def test_the_compose_file_gives_the_site_the_rights_that_are_documented():
    def role(text: str) -> dict[str, Any]:
        body = text[text.index("{", text.index("role/passerelle")) :]
        return dict(json.JSONDecoder().raw_decode(body)[0])

    document = (ROOT / "docs" / "elasticsearch.md").read_text(encoding="utf-8")
    given = role(COMPOSE["services"]["elasticsearch-user"]["command"][-1])
    documented = role(document)
    assert given == documented


def test_the_compose_file_publishes_the_site_to_its_proxy_only():
    published = {name: service.get("ports") for name, service in COMPOSE["services"].items()}
    assert [name for name, ports in published.items() if ports] == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_the_worker_of_the_compose_file_is_the_only_one():
    for name in SITE_SERVICES:
        assert COMPOSE["services"][name]["environment"]["SEARCH_WORKER_IN_PROCESS"] == "false"
    assert COMPOSE["services"]["worker"]["command"][-1] == "search_worker"
