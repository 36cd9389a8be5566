"""Secrets get into no image: by their names in any case of letters, and by what is in them, at every depth."""

from __future__ import annotations

import base64

import pytest
from contents_of import compilation, copied, noted, sent
from test_wanted import NODE, PYTHON

from projects import RUST_WEB
from speccompile.errors import Refused
from speccompile.secret_contents import holds_secret

KEY = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n"
PUBLIC = (
    "-----BEGIN CERTIFICATE-----\nMIIBhTCCASugAwIBAgIQIRi6zePL6mKjOipn+dNuaTAKBggqhkjO\n-----END CERTIFICATE-----\n"
)
NAMES = (
    ".env", ".env.production", "prod.env", ".envrc", ".netrc", ".pgpass", ".my.cnf", ".htpasswd", ".git-credentials", ".npmrc", ".pypirc",
    ".vault-token", ".s3cfg", ".boto", ".dockercfg", "kubeconfig", "wp-config.php", ".bash_history", ".aws/credentials", ".docker/config.json",
    ".gnupg/secring.gpg", ".kube/config", ".ssh/id_ed25519", "credentials", "credentials.json", "credentials.yml", "secrets.json",
    "secrets.yml", "client_secret.json", "client_secret_1.apps.json", "service-account.json", "service_account.json", "server.key",
    "server.pem", "apple.p8", "cert.p12", "cert.pfx", "putty.ppk", "release.jks", "debug.keystore", "vault.kdbx", "home.ovpn", "id_rsa",
    "id_ecdsa", "id_ed25519", "terraform.tfstate", "prod.tfvars", "db.sqlite3",
    ".env~", "netrc", "pgpass", ".htdigest", "git-credentials", ".gitconfig", ".condarc", ".curlrc", ".wgetrc", ".ftpconfig", "sftp-config.json",
    "filezilla.xml", "ansible-vault-pass", "kubeconfig-prod", "settings-security.xml", "local.settings.json", "shop.publishsettings",
    "shop.postman_environment.json", "http-client.private.env.json", "token.pickle", ".histfile", ".lesshst", ".viminfo", "cookies.txt",
    ".config/gh/hosts.yml", ".heroku/token", ".m2/settings.xml", ".netlify/config.json", ".oci/config", ".pulumi/credentials.json", "secret.txt",
    "password.txt", "passphrase", ".token", "token.txt", "api_key.txt", "keystore.properties", "key.pk8", "login.keychain-db", "http.keytab",
    "cwallet.sso", "secring.pgp", "prod.tfplan", "dump.rdb", "login.har", "heap.hprof", "login.pcap",
)  # fmt: skip
CONTENTS = {
    "a private key": KEY,
    "an encrypted one": KEY.replace("PRIVATE", "ENCRYPTED PRIVATE"),
    "a key with a certificate": PUBLIC + KEY,
    "a service account": '{"type": "service_account", "private_key": "-----BEGIN..."}',
    "a token of npm": "//npm.example.com/:_authToken=npm_0123456789\n",
    "AWS": "[default]\naws_access_key_id = AKIAABCDEFGHIJKLMNOP\n",
    "GitHub": "token: ghp_" + "a" * 36,
    "a key in YAML": "tls:\n  key: |\n" + "".join(f"    {line}\n" for line in KEY.splitlines()),
    "a key in base64": f"tls.key: {base64.b64encode(KEY.encode()).decode()}\n",
    "an OpenSSH key in base64": base64.b64encode(KEY.replace("PRIVATE", "OPENSSH PRIVATE").encode()).decode(),
    "a Secret": "apiVersion: v1\nkind: Secret\nstringData:\n  password: hunter2hunter2\n",
    "a Secret in JSON": '{"kind": "Secret", "data": {"password": "aHVudGVyMg=="}}',
    "a kubeconfig": "kind: Config\nusers:\n- name: a\n  user:\n    token: abcdef0123456789\n",
    "a client's key": "client-key-data: LS0tLS1CRUdJTiBSU0Eg\n",
    "a login at a registry": '{"auths": {"ghcr.io": {"auth": "bWU6aHVudGVyMg=="}}}',
    "age": f"# public key: age1x\nAGE-SECRET-KEY-1{'Q' * 58}\n",
    "WireGuard": f"[Interface]\nPrivateKey = {'a' * 43}=\n",
    "a JWK": '{"kty": "EC", "crv": "P-256", "x": "a", "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}',
    "a refresh token": '{"type": "authorized_user", "refresh_token": "1//0abcdefgh"}',
    "Azure": "DefaultEndpointsProtocol=https;AccountKey=abcdefghijklmnopqrstuvwx==\n",
    "npm's token": "npm_" + "a" * 36,
    "SendGrid": f"SG.{'a' * 22}.{'b' * 43}",
    "Bundler's login": '---\nBUNDLE_GEMS__CONTRIBSYS__COM: "ann:c0rrecthorse"\n',
    "Hex's key": '{<<"$write_key">>,<<"0123456789abcdef0123">>}.\n',
    "an organisation's key of Hex": '{<<"$repos">>,#{<<"hexpm:acme">> => #{auth_key => <<"0123456789abcdef">>}}}.\n',
    "a notebook's output": '{"cells": [{"outputs": [{"text": ["ghp_' + "a" * 36 + '"]}]}]}',
}
NONE = {
    "Bundler's settings": '---\nBUNDLE_PATH: "vendor/bundle"\nBUNDLE_BUILD__PG: "--with-pg-config=/usr/bin:/bin/pg_config"\n',
    "Bundler's mirror": 'BUNDLE_MIRROR__HTTPS://GEMS__EXAMPLE__COM/: "https://mirror.example.com/"\nBUNDLE_X__Y: "https://z.example.com"\n',
    "a Secret's template": "kind: Secret\nstringData:\n  password: {{ .Values.password }}\n",
    "a sealed Secret": "kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK\n",
    "a public JWK": '{"kty": "EC", "crv": "P-256", "x": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}',
    "a public key in base64": base64.b64encode(PUBLIC.encode()).decode(),
    "a word": "the kind: Secret santa\n",
}


def test_a_conventional_name_is_never_sent() -> None:
    """As it is, in capital letters, and beside code; also when it turns up after the artifacts were made."""
    made = compilation(NODE | {"lib/x.js": "x\n", "lib/a/b/c/y.js": "x\n"})
    places = [
        f"{place}{form}" for place in ("", "lib/", "lib/a/b/c/") for name in NAMES for form in (name, name.upper())
    ]
    assert [place for place in places if sent(made, place)] == []


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("place", ["notes.txt", "lib/notes.txt", "lib/a/b/c/internal"])
def test_what_is_in_a_file_decides(content: str, place: str) -> None:
    """It is not sent, and named in the note; its neighbours are sent."""
    made = compilation(NODE | {"lib/x.js": "x\n", "lib/a/b/c/y.js": "x\n", place: CONTENTS[content]})
    assert not sent(made, place)
    assert copied(made, "lib/a/b/c/y.js")
    assert place in noted(made)


@pytest.mark.parametrize("content", NONE)
def test_what_only_looks_like_a_secret_is_sent(content: str) -> None:
    """Templates of secrets, public and encrypted ones are sources."""
    assert copied(compilation(NODE | {"lib/x.js": "x\n", "lib/a.yaml": NONE[content]}), "lib/a.yaml")


@pytest.mark.parametrize(
    "der",
    [b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82", b"\x30\x77\x02\x01\x01\x04\x20", b"\x30\x82\x09\x11\x02\x01\x03\x30"],
)
def test_a_private_key_in_der_is_a_secret(der: bytes) -> None:
    """PKCS #1, SEC 1, PKCS #12; a certificate is none."""
    assert holds_secret("lib/x.dat", der + bytes(32))
    assert not holds_secret("lib/x.dat", b"\x30\x82\x03\x5b\x30\x82" + bytes(32))


CODE = (
    "lib/secrets/index.js", "lib/credentials/a/index.js", "lib/secrets.js", "secret_santa/index.js", "lib/credentials.ts", "lib/api.key.js",
)  # fmt: skip


@pytest.mark.parametrize("path", CODE)
def test_code_is_code_whatever_it_is_called(path: str) -> None:
    """A package called secrets is no secret; and no literal in it makes it one."""
    text = "export const header = '-----BEGIN PRIVATE KEY-----'; export const k = 'AKIAABCDEFGHIJKLMNOP'\n"
    assert copied(compilation(NODE | {path: text}), path)


def test_code_with_a_private_key_in_it_is_withheld() -> None:
    """Only that much counts in code."""
    assert not sent(compilation(NODE | {"lib/keys.js": f"export default `{KEY}`\n", "lib/x.js": "x\n"}), "lib/keys.js")


def test_public_keys_are_public() -> None:
    """At the top, below, and in a directory that a source names."""
    opened = PYTHON | {"app.py": "open('certs/bundle.pem')\n" + PYTHON["app.py"]}
    pems = {
        "ca.pem": PUBLIC,
        "jwt/public.pem": PUBLIC.replace("CERTIFICATE", "PUBLIC KEY"),
        "certs/bundle.pem": PUBLIC * 3,
        "certs/server.key": KEY,
    }
    made = compilation(opened | pems)
    for path in ("ca.pem", "jwt/public.pem", "certs/bundle.pem"):
        assert copied(made, path), path
    assert not sent(made, "certs/server.key")
    assert not sent(made, "certs/other.pem")


def test_a_directory_with_nothing_but_secrets_is_not_copied() -> None:
    """COPY would fail for want of it."""
    opened = PYTHON | {"app.py": "open('secrets/password')\n" + PYTHON["app.py"], "secrets/password": "x"}
    assert not copied(compilation(opened), "secrets/password")
    assert "COPY secrets" not in compilation(opened).files["Dockerfile"]


@pytest.mark.parametrize("name", ["internal.txt", ".env", "server.key", "secrets"])
def test_include_never_has_a_secret(name: str) -> None:
    """Neither by content nor by name."""
    with pytest.raises(Refused) as refused:
        compilation(NODE | {name if name != "secrets" else "secrets/password": KEY}, include=[name])
    assert [one.code for one in refused.value.diagnostics] == ["SC288"]


def test_a_key_that_is_compiled_in_is_refused() -> None:
    """It would be in the program: better said at once than by a compiler that misses the file."""
    main = 'const K: &[u8] = include_bytes!("../certs/tls.key");\nfn main() { serve("0.0.0.0:3000"); }\n'
    with pytest.raises(Refused) as refused:
        compilation(RUST_WEB | {"src/main.rs": main, "certs/tls.key": KEY})
    assert [(one.code, one.span.path) for one in refused.value.diagnostics] == [("SC288", "certs/tls.key")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("content", [KEY, "token: ghp_" + "a" * 36])
def test_a_secret_in_utf_16_is_one(content: str, encoding: str) -> None:
    """PowerShell's ``>`` writes files in it."""
    mark = "" if encoding == "utf-16" else "\ufeff"
    assert holds_secret("lib/notes.txt", (mark + content).encode(encoding))
    assert not holds_secret("lib/notes.txt", (mark + "words").encode(encoding))
