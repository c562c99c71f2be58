"""The settings of `schemapress serve`: where they come from, what counts, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.project import load_project
from schemapress.receiver.settings import SETTINGS, default_of
from schemapress.receiver.settings_reader import find_misspelt, read_settings
from tests.conftest import REPOSITORY


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "serve.toml"
    file.write_text(text)
    return file


def test_an_option_counts_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "port = 1\nattempts = 1\nat-once = 1\n")
    environment = {"SCHEMAPRESS_SERVE_PORT": "2", "SCHEMAPRESS_SERVE_ATTEMPTS": "2", "HOME": "/root"}

    settings = read_settings(file, environment, {"port": 3, "attempts": None})

    assert (settings.port, settings.attempts, settings.at_once, settings.max_body) == (3, 2, 1, 1_048_576)


def test_a_project_has_its_settings_in_a_table(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[project]\nname = "x"\n[tool.schemapress.serve]\nport = 9\n')

    assert read_settings(None, {}, {}, project).port == 9
    assert read_settings(write(tmp_path, "port = 8"), {}, {}, project).port == 8


def test_a_file_of_settings_may_be_a_pyproject(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, "[tool.schemapress.serve]\nport = 9\n"), {}, {}).port == 9


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("SCHEMAPRESS_SERV_TLS_CERT", "SCHEMAPRESS_SERVE_TLS_CERT"),
        ("SCHEMAPRES_SERVE_PORT", "SCHEMAPRESS_SERVE_PORT"),
        ("schemapress_serve_port", "SCHEMAPRESS_SERVE_PORT"),
        ("SCHEMAPRESS_PORT", "SCHEMAPRESS_SERVE_PORT"),
        ("SCHEMAPRESS_SERVER_MODE", "SCHEMAPRESS_SERVE_MODE"),
        ("SCHEMAPRESS_SERVE_PORT", None),
        ("PORT", None),
        ("SCHEMA_REGISTRY_HOST", None),
        ("SCHEMAPRESS_CACHE", None),
    ],
)
def test_a_variable_that_looks_like_one_of_a_setting_is_found(variable: str, meant: str | None) -> None:
    assert list(find_misspelt({variable: "1"})) == ([] if meant is None else [(variable, meant)])


def test_a_path_in_a_file_is_relative_to_its_folder(tmp_path: Path) -> None:
    file = write(tmp_path, 'tls-cert = "a.pem"\ncrl = ["b.crl", "/c.crl"]\n')

    settings = read_settings(file, {"SCHEMAPRESS_SERVE_PEERS": "peers.toml"}, {})

    assert settings.tls_cert == tmp_path / "a.pem"
    assert settings.crl == (tmp_path / "b.crl", Path("/c.crl"))
    assert settings.peers == Path("peers.toml")


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("sqlite:///data/inbox.db?timeout=5", "sqlite:///{folder}/data/inbox.db?timeout=5"),
        ("sqlite+pysqlite:///data/inbox.db", "sqlite+pysqlite:///{folder}/data/inbox.db"),
        ("sqlite:////var/lib/inbox.db", "sqlite:////var/lib/inbox.db"),
        ("postgresql://a@b/c", "postgresql://a@b/c"),
    ],
)
def test_a_database_in_a_file_is_relative_to_its_folder(url: str, resolved: str, tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, f'database = "{url}"'), {}, {})

    assert settings.database == resolved.format(folder=tmp_path)
    assert read_settings(None, {"SCHEMAPRESS_SERVE_DATABASE": url}, {}).database == url


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("False", False), ("0", False)])
def test_a_flag_in_the_environment_is_true_or_false(text: str, value: bool) -> None:
    assert read_settings(None, {"SCHEMAPRESS_SERVE_DEV": text}, {}).dev is value


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("prot = 1", "There is no setting prot."),
        ('port = "1"', "The setting port is '1'; expected a whole number."),
        ("port = true", "The setting port is True; expected a whole number."),
        ("attempts = 0", "The setting attempts is 0; expected at least 1."),
        ('mode = "fast"', "The setting mode is 'fast'; expected one of deliver, inline and store."),
        ('crl = "a"', "The setting crl is 'a'; expected a list of paths."),
        ("tls-key-password = 123456", "The setting tls-key-password is not a text in quotes."),
        ('database = ["postgresql://a:123456@b/c"]', "The setting database is not a URL."),
        ('openapi-path = "openapi.json"', "is 'openapi.json'; expected a path that begins with a slash."),
        ('trailing-slash = "maybe"', "The setting trailing-slash is 'maybe'; expected exact or ignore."),
        ("page-port = 65536", "The setting page-port is 65536; expected at most 65,535."),
        ("max-body = 9000000000000", "The setting max-body is 9000000000000; expected at most 1,000,000,000,000."),
        ("port = ", "The settings are not TOML: Invalid value."),
        ("[serve]\nport = 1", "The file has the table [serve]; settings are at its top."),
    ],
)
def test_a_mistake_in_a_file_is_an_error_with_its_line(text: str, error: str, tmp_path: Path) -> None:
    with pytest.raises(SchemapressError) as raised:
        read_settings(write(tmp_path, f"at-once = 2\n{text}\n"), {}, {})

    assert error in str(raised.value)
    assert f"{tmp_path}/serve.toml:2: " in str(raised.value)
    assert "123456" not in str(raised.value)


def test_a_mistake_in_a_table_is_an_error_with_the_line_in_that_table(tmp_path: Path) -> None:
    text = "[tool.other]\nport = 99999\n[tool.schemapress.serve]\n\nport = 99999\n[tool.more]\nport = 1\n"

    with pytest.raises(SchemapressError, match=r"serve\.toml:5: The setting port is 99999; expected at most 65,535\."):
        read_settings(write(tmp_path, text), {}, {})


def test_an_empty_variable_and_one_of_a_service_of_kubernetes_are_no_settings() -> None:
    service = {"SERVICE_HOST": "10.0.0.1", "SERVICE_PORT": "8443", "SERVICE_PORT_HTTPS": "8443"}
    service |= {"PORT": "tcp://10.0.0.1:8443", "PORT_8443_TCP": "tcp://10.0.0.1:8443", "PORT_8443_TCP_ADDR": "10.0.0.1"}
    environment = {f"SCHEMAPRESS_SERVE_{name}": text for name, text in {**service, "TLS_CERT": "", "CRL": ""}.items()}

    assert read_settings(None, environment, {}) == read_settings(None, {}, {})


def test_settings_know_where_they_came_from(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[project]\nname = "x"\n')
    environment = {"SCHEMAPRESS_SERVE_PORT": "2", "SCHEMAPRESS_SERVE_ATTEMPTS": "3"}

    assert read_settings(None, {}, {"port": 1}, project).sources == ()
    project.write_text("[tool.schemapress.serve]\nport = 9\n")
    assert read_settings(None, environment, {}, project).sources == (str(project), "the environment")


@pytest.mark.parametrize(
    ("variable", "text", "error"),
    [
        ("SCHEMAPRESS_SERVE_PROT", "1", "There is no setting prot.\n  Did you mean 'SCHEMAPRESS_SERVE_PORT'?"),
        ("SCHEMAPRESS_SERVE_PORT", "many", "The setting port is 'many'; expected a whole number."),
        ("SCHEMAPRESS_SERVE_PORT", " 8_4_4_3", "The setting port is ' 8_4_4_3'; expected a whole number."),
        ("SCHEMAPRESS_SERVE_HANDLER_SECONDS", "1e10", "expected at most 31,536,000."),
        ("SCHEMAPRESS_SERVE_RETENTION_DAYS", "999999999", "expected at most 36,500."),
        ("SCHEMAPRESS_SERVE_PORT", "99999", "The setting port is 99999; expected at most 65,535."),
        ("SCHEMAPRESS_SERVE_HEALTH_HOST", "::", "health-host has no effect without a health-port."),
        ("SCHEMAPRESS_SERVE_MODE", "deliver", "The mode deliver needs handlers."),
        ("SCHEMAPRESS_SERVE_DEV", "maybe", "The setting dev is 'maybe'; expected true or false."),
    ],
)
def test_a_mistake_in_the_environment_is_an_error_with_the_variable(variable: str, text: str, error: str) -> None:
    with pytest.raises(SchemapressError) as raised:
        read_settings(None, {variable: text}, {})

    assert error in str(raised.value)
    assert variable in str(raised.value)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"client_ca": Path("a")}, "There is a client-ca without a tls-cert."),
        ({"dev": True, "tls_cert": Path("a")}, "dev and tls-cert can't be combined."),
        ({"mode": "inline"}, "--mode: The mode inline needs handlers."),
        ({"health_host": "::"}, "--health-host: health-host has no effect without a health-port."),
        ({"tls_key_password": "secret"}, "--tls-key-password: There is a tls-key-password without a key."),
        ({"client_certificate_optional": True}, "client-certificate-optional has no effect without a client-ca."),
        ({"longest_pause": 0.5}, "--longest-pause: The longest-pause is 0.5, less than the first-pause of 1."),
        ({"first_pause": 5000.0}, "--first-pause: The longest-pause is 3600, less than the first-pause of 5000."),
    ],
)
def test_settings_that_do_not_fit_each_other_are_an_error(options: dict[str, object], error: str) -> None:
    with pytest.raises(SchemapressError, match=error):
        read_settings(None, {}, options)


def test_the_page_lists_every_setting_with_its_default() -> None:
    page = (REPOSITORY / "docs" / "receiver.md").read_text("utf-8")

    for name, setting in SETTINGS.items():
        default = default_of(name)
        shown = "" if default in (None, (), False) else f"`{default}`"
        assert f"| `{name.replace('_', '-')}` | {shown} | {setting.metadata['help']} |" in page


def test_a_project_with_settings_of_the_receiver_is_built_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress.serve]\nport = 9\n")

    assert load_project(tmp_path).settings.serve == {"port": 9}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"port": 65_536}, "The setting port is 65536; expected at most 65,535."),
        ({"port": 9, "page_port": 9}, "port and page-port are both 9."),
    ],
)
def test_a_port_that_can_not_be_is_an_error(options: dict[str, object], error: str) -> None:
    with pytest.raises(SchemapressError, match=error):
        read_settings(None, {}, options)
