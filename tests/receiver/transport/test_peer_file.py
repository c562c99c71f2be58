"""The file of peers: what it may say, and where it is wrong."""

from __future__ import annotations

from functools import partial

import pytest
from cryptography import x509

from schemapress.errors import SchemapressError
from schemapress.receiver.transport.peer_file import read_peer_file
from schemapress.receiver.transport.peers import AllowList, CertificatePattern, PeerEntry, facts_of
from tests.support.certificates import Authority
from tests.support.growth import count_work

FINGERPRINT = "ab" * 32
SECRET = "whsec_" + "QUFB" * 8


def test_every_key_is_read() -> None:
    text = f"""
[[peer]]
name = "buyer-a"
subject = "CN=buyer-a,emailAddress=a@example.org,C=GB"
san = ["dns:Client.Example", "URI:spiffe://a/B", "email:a@example.org"]
sha256 = "{":".join(["AB"] * 32)}"
identifiers = ["A", "B"]
secrets = "{SECRET}"

[[proxy]]
name = "edge"
network = ["10.0.0.0/8", "::1"]
forwards = "envoy"
"""

    peer_file = read_peer_file(text.encode(), "peers.toml")

    assert peer_file.allow_list is not None
    (entry,) = peer_file.allow_list.entries
    assert entry.name == "buyer-a"
    assert entry.pattern.fingerprints == {FINGERPRINT}
    assert entry.pattern.sans == {"DNS:client.example", "URI:spiffe://a/B", "email:a@example.org"}
    assert entry.identifiers == frozenset({"A", "B"})
    assert entry.secrets == (b"AAA" * 8,)
    assert peer_file.signers == (entry,)
    (proxy,) = peer_file.proxies
    assert proxy.form == "envoy"
    assert proxy.is_at("10.1.2.3")
    assert proxy.is_at("::ffff:10.1.2.3")
    assert proxy.is_at("::1")
    assert not proxy.is_at("11.0.0.1")
    assert not proxy.is_at(None)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("admit = ]", 1, "This is not TOML"),
        ("[[pear]]\nname = 'a'", None, "Unknown key 'pear'"),
        ("", None, "No peer is listed"),
        ("[[proxy]]\nname='e'\nnetwork='::1'\nforwards='envoy'", None, "No peer is listed"),
        ("admit = 'all'", None, "admit is 'all'"),
        (
            f"admit = 'every'\n[[peer]]\nname = 'a'\nsha256 = '{FINGERPRINT}'",
            2,
            'There are peers, and admit is "every"',
        ),
        ("[peer]\nname = 'a'", None, "peer is not a list of tables"),
        ("\n[[peer]]\nsubject = 'CN=a'", 2, "A peer has no name"),
        ("[[peer]]\nname = 'a'\nsubjekt = 'CN=a'", 3, "A peer has no key 'subjekt'"),
        ("[[peer]]\nname = 'a'", 1, "Nothing says which certificate 'a' has"),
        ("[[peer]]\nname = 'a'\nsubject = 'a'", 3, "'a' is no subject"),
        ("[[peer]]\nname = 'a'\nsubject = ''", 3, "subject is not a string or a list of strings"),
        ("[[peer]]\nname = 'a'\nsubject = []", 3, "subject is empty"),
        ("[[peer]]\nname = 'a'\nsan = ['a.example']", 3, "'a.example' is no san"),
        ("[[peer]]\nname = 'a'\nsha256 = 'abc'", 3, "it has 3 hexadecimal digits, not 64"),
        ("[[peer]]\nname = 'a'\nsubject = 'CN=a'\nidentifiers = 'A'\nsecrets = 'x'", 5, "The secret can't be used"),
        ("[[peer]]\nname = 'a'\nsecrets = 'whsec_QUFB'", 3, "it has 3 bytes; 24 are the least"),
        ("[[peer]]\nname='a'\nsubject='CN=a'\n[[peer]]\nname='a'\nsubject='CN=b'", 5, "Two entries have the name"),
        ("[[peer]]\nname='a'\nsubject='CN=a'\n[[peer]]\nname='b'\nsubject='CN=a'", 6, "mean the same certificate"),
        (f"[[peer]]\nname='a'\nsecrets='{SECRET}'\n[[peer]]\nname='b'\nsecrets='{SECRET}'", 6, "have the same secret"),
        ("[[proxy]]\nname = 'e'\nforwards = 'envoy'", 1, "Nothing says which proxy 'e' is"),
        ("[[proxy]]\nname = 'e'\nnetwork = '10.0.0.1/8'\nforwards = 'envoy'", 3, "'10.0.0.1/8' is no network"),
        ("[[proxy]]\nname = 'e'\nnetwork = '10.0.0.1'\nforwards = 'enovy'", 4, "Nothing says how 'e' forwards"),
    ],
)
def test_a_wrong_file_is_refused_with_the_line(text: str, line: int | None, message: str) -> None:
    with pytest.raises(SchemapressError) as caught:
        read_peer_file(text.encode(), "peers.toml")

    assert message in caught.value.message
    assert caught.value.place == ("peers.toml" if line is None else f"peers.toml:{line}")
    assert caught.value.hint


def test_no_error_shows_a_secret() -> None:
    with pytest.raises(SchemapressError) as caught:
        read_peer_file(b"[[peer]]\nname = 'a'\nsecrets = 'whsec_hunter2!'", "peers.toml")

    assert "hunter2" not in str(caught.value)


@pytest.fixture
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_each_kind_that_an_entry_has_must_fit(authority: Authority) -> None:
    sans = [x509.DNSName("A.example"), x509.UniformResourceIdentifier("spiffe://a"), x509.RFC822Name("a@example.org")]
    facts = facts_of(authority.issue("CN=a,O=A", sans=sans).certificate)
    name, other = x509.Name.from_rfc4514_string("CN=a,O=A"), x509.Name.from_rfc4514_string("O=A,CN=a")
    fits = [
        CertificatePattern(subjects=frozenset([name])),
        CertificatePattern(fingerprints=frozenset([facts.fingerprint, FINGERPRINT])),
        *(
            CertificatePattern(sans=frozenset([san]))
            for san in ("DNS:a.example", "URI:spiffe://a", "email:a@example.org")
        ),
        CertificatePattern(frozenset([facts.fingerprint]), frozenset([name]), frozenset(["DNS:a.example", "DNS:b"])),
    ]
    does_not = [
        CertificatePattern(),
        CertificatePattern(subjects=frozenset([other])),
        CertificatePattern(frozenset([FINGERPRINT]), frozenset([name])),
        CertificatePattern(frozenset([facts.fingerprint]), frozenset([other])),
        CertificatePattern(frozenset([facts.fingerprint]), sans=frozenset(["DNS:b.example"])),
        CertificatePattern(subjects=frozenset([name]), sans=frozenset(["DNS:b.example"])),
        CertificatePattern(sans=frozenset(["URI:a.example"])),
    ]

    assert [AllowList([PeerEntry("a", pattern)]).find(facts) is not None for pattern in fits] == [True] * len(fits)
    assert [AllowList([PeerEntry("a", pattern)]).find(facts) for pattern in does_not] == [None] * len(does_not)


def test_the_work_of_a_look_up_does_not_tell_what_is_listed(authority: Authority) -> None:
    """As much is done for a certificate that nobody has as for the last of many; neither grows with the list."""
    listed, stranger = (facts_of(authority.issue(f"CN={name}").certificate) for name in ("listed", "stranger"))
    entries = [PeerEntry(f"p{n}", CertificatePattern(frozenset([f"{n:064x}"]))) for n in range(5_000)]
    last = PeerEntry("last", CertificatePattern(frozenset([listed.fingerprint])))
    small, large = AllowList([last]), AllowList([*entries, last])
    work = [
        count_work(partial(allow_list.find, facts)) for allow_list in (small, large) for facts in (listed, stranger)
    ]

    assert max(work) - min(work) < 40
