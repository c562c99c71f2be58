"""The files for systemd and Docker: what they say is what the page shows, and what `schemapress serve` takes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from click.testing import CliRunner

from schemapress.cli.serve import command
from schemapress.receiver.settings import SETTINGS
from schemapress.receiver.settings_reader import PREFIX, read_settings
from tests.conftest import REPOSITORY
from tests.support.receiver import ReceiverProcess, free_port

FOLDER = REPOSITORY / "docs" / "deployment"


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "serve.toml", "receiver.service"])
def test_the_page_shows_each_file(name: str) -> None:
    page = (REPOSITORY / "docs" / "deployment.md").read_text("utf-8")

    assert f"\n{(FOLDER / name).read_text('utf-8')}```" in page


def test_the_settings_are_settings() -> None:
    settings = read_settings(FOLDER / "serve.toml", {}, {})

    assert settings.tls_cert == FOLDER / "server.pem"
    assert settings.handlers == "tickets:Tickets"


@pytest.mark.parametrize("name", ["Dockerfile", "receiver.service"])
def test_the_command_is_one_that_the_command_line_takes(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    if name == "Dockerfile":
        arguments = yaml.safe_load(re.search(r"^CMD (.*)$", text, re.M)[1])  # type: ignore[index]  # it has one
    else:
        arguments = shlex.split(re.search(r"^ExecStart=(.*)$", text, re.M)[1])  # type: ignore[index]  # it has one
    assert Path(arguments[0]).name == "schemapress"
    assert arguments[1] == "serve"
    arguments[arguments.index("--config") + 1] = str(FOLDER / "serve.toml")

    result = CliRunner().invoke(command, [*arguments[2:], "--help"])

    assert result.exit_code == 0, result.output


def test_the_environment_of_the_containers_is_that_of_settings() -> None:
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))["services"]

    names = [name.removeprefix(PREFIX).lower() for name in services["receiver"]["environment"]]

    assert set(names) == {"database", "host"}
    assert set(names) <= set(SETTINGS)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = (FOLDER / "receiver.service").read_text("utf-8")
    path = tmp_path / "receiver.service"
    path.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit, flags=re.M))

    result = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)

    assert "receiver.service" not in result.stderr, result.stderr


def test_the_image_lets_other_containers_reach_health_and_metrics(tmp_path: Path) -> None:
    text = (FOLDER / "Dockerfile").read_text("utf-8")
    environment = dict(re.findall(r"^ENV (\S+)=(\S+)$", text, re.M))
    settings = read_settings(FOLDER / "serve.toml", environment, {})
    port = free_port()
    options = ("--health-port", str(port), "--health-host", settings.health_host)

    assert f"EXPOSE {settings.health_port}\n" in text
    assert f":{settings.health_port}/metrics" in (FOLDER / "compose.yaml").read_text("utf-8")
    with ReceiverProcess(tmp_path, options), urlopen(f"http://127.0.0.2:{port}/metrics") as response:
        assert b"schemapress_ready 1.0" in response.read()


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "receiver.service"])
def test_each_file_asks_the_health_port_of_the_settings(name: str) -> None:
    port = read_settings(FOLDER / "serve.toml", {}, {}).health_port

    assert f"http://127.0.0.1:{port}/ready" in (FOLDER / name).read_text("utf-8")
