"""The certificates of `serve --dev`, judged by OpenSSL and curl."""

from __future__ import annotations

import shlex
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.receiver.transport.rotation import CredentialFiles
from schemapress.receiver.transport.server import ListenerSettings
from schemapress.receiver.transport.throwaway_certificates import make_certificates
from tests.support.listener import listening


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_the_curl_line_works(tmp_path: Path, host: str) -> None:
    certificates, _ = make_certificates(tmp_path / "a folder")
    message = tmp_path / "message.xml"
    message.write_text("<a/>")
    files = CredentialFiles(certificates.server, certificates.server_key, certificates.authority)

    with listening(ListenerSettings(host, port=0, files=files)) as running:
        command = certificates.curl(f"{running.listener.url}/notify", str(message))
        done = subprocess.run([*shlex.split(command), "-sS"], capture_output=True, check=True)

    assert b'"peer": "CN=throwaway-client"' in done.stdout
    assert b'"body": "<a/>"' in done.stdout


def test_openssl_verifies_the_chain(tmp_path: Path) -> None:
    certificates, _ = make_certificates(tmp_path / "dev")
    for purpose, path in (("sslserver", certificates.server), ("sslclient", certificates.client)):
        command = ["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", str(certificates.authority)]
        done = subprocess.run([*command, str(path)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_only_the_owner_reads_the_keys(tmp_path: Path) -> None:
    certificates, _ = make_certificates(tmp_path / "dev")

    assert stat.S_IMODE(certificates.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in certificates.folder.iterdir()} == {0o600}


def test_good_certificates_are_used_again_and_others_are_made_anew(tmp_path: Path) -> None:
    folder, now = tmp_path / "dev", datetime.now(UTC)

    def make(moment: datetime) -> bool:
        return make_certificates(folder, moment)[1]

    assert make(now)
    assert not make(now)
    assert not make(now + timedelta(days=28))
    assert make(now + timedelta(days=29, hours=1))
    assert not make(now + timedelta(days=30))
    (folder / "client.key").chmod(0o644)
    assert make(now)
    (folder / "client.pem").write_bytes((folder / "server.pem").read_bytes())
    assert make(now)
    (folder / "ca.pem").unlink()
    assert make(now)


def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "dev"
    folder.mkdir()
    folder.chmod(0o777)

    with pytest.raises(SchemapressError, match="Others can write"):
        make_certificates(folder)
