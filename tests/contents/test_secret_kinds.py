"""Secrets by kind: names that say enough at every depth and in any case, settings of which the content decides, and what only looks so.

Each table is asked of one image, so that its neighbours are there, too; whatever must not be in it is also in no step.
"""

from __future__ import annotations

import pytest
from contents_of import compilation, copied, noted, sent
from hypothesis import given
from hypothesis import strategies as st
from test_secrets import KEY, PUBLIC
from test_wanted import NODE, PYTHON

from speccompile.errors import Refused
from speccompile.pipeline import Compilation
from speccompile.secret_contents import holds_secret
from speccompile.secret_settings import are_settings, gives_credential, is_credential

PLACES = ("", "lib/", "lib/a/b/c/")
BESIDE = {"lib/x.js": "x\n", "lib/a/b/c/y.js": "x\n"}
LOGIN = '{"auths": {"ghcr.io": {"auth": "YW5uOmMwcnJlY3Rob3JzZQ=="}}}'

# Whatever is in them.
NAMES = (
    "env.production", "env.local", ".dev.vars", ".dev.vars.production", ".pgpass.conf", "htpasswd.txt", "users.htpasswd", ".passwd-s3fs", "vault_password",
    ".vault_pass.txt", "gha-creds-1a2b.json", "google-services.json", "GoogleService-Info.plist", ".erlang.cookie", "chap-secrets", ".ngrok.yml",
    "key4.db", ".idea/dataSources.local.xml", ".vscode/sftp.json", "wallet.dat", "store.bks", "store.jceks", "appendonly.aof", "shop.dump", "shop.sql.gz",
    "backup.sql", "backup-2024.tar.gz", "prod.db", "production.sqlite3", "web.config.bak", "config.php~", "config.php.old", ".config.php.swp",
    "config.php.orig", ".streamlit/secrets.toml", ".cargo/credentials.toml", "prod.auto.tfvars", "shop-firebase-adminsdk-a1.json", ".DS_Store",
)  # fmt: skip

# For what is in them.
CONTENTS = {
    "local_settings.py": "DATABASES = {'default': {'PASSWORD': 'c0rrecthorse'}}\n",
    "config/settings/production.py": "SECRET_KEY = 'dev3v9283hv982h3v'\n",
    "instance/config.py": "SECRET_KEY = 'dev3v9283hv982h3v'\n",
    "wp-config.php": "<?php\ndefine( 'DB_PASSWORD', 'c0rrecthorse' );\n",
    "config.local.js": "module.exports = {password: 'c0rrecthorse'}\n",
    "secrets.py": "STRIPE_API_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789'\n",
    "secrets.sh": "export DB_PASSWORD=c0rrecthorse\n",
    "appsettings.Development.json": '{"ConnectionStrings": {"Shop": "Server=db;User Id=sa;Password=c0rrecthorse;"}}',
    "appsettings.Production.json": '{"Smtp": {"Password": "c0rrecthorse"}}',
    "web.config": '<add name="x" connectionString="Server=x;User ID=sa;Password=c0rrecthorse" />',
    "nuget.config": '<add key="ClearTextPassword" value="c0rrecthorse" />',
    "maven/settings.xml": "<server><id>x</id><password>c0rrecthorse</password></server>",
    "ci/gradle.properties": "mavenPassword=c0rrecthorse\n",
    "lib/datasource.properties": "db.username=petclinic\ndb.password=c0rrecthorse\n",
    "ci/pip.conf": "[global]\nindex-url = https://ann:c0rrecthorse@pypi.example.com/simple\n",
    "ci/bunfig.toml": 'registry = { url = "https://npm.example.com", token = "0123456789abcdef" }\n',
    "ci/auth.json": '{"http-basic": {"repo.example.com": {"username": "ann", "password": "c0rrecthorse"}}}',
    "database.yml": "production:\n  password: c0rrecthorse\n",
    "application-prod.properties": "spring.datasource.password=c0rrecthorse\n",
    "parameters.yml": "parameters:\n  database_password: c0rrecthorse # of ours\n",
    "config/production.json": '{"db": {"password": "c0rrecthorse"}}',
    "env/prod": "DB_PASSWORD=c0rrecthorse\n",
    "prod.env.txt": "DB_PASSWORD=c0rrecthorse\n",
    "pg_service.conf": "[shop]\npassword=c0rrecthorse\n",
    "any.yaml": "url: postgres://ann:c0rrecthorse@db.internal/shop\n",
    "docker/config.json": LOGIN,
    "sops/keys.txt": f"# public key: age1x\nAGE-SECRET-KEY-1{'Q' * 58}\n",
    "deploy": KEY.replace("PRIVATE", "OPENSSH PRIVATE"),
    "putty": "PuTTY-User-Key-File-3: ssh-ed25519\n",
    "vault.txt": "c0rrecthorse\n",
    "cookie_secret": "c0rrecthorsebattery\n",
    "shadow": "root:$6$abcdefgh$0123456789abcdef:19000:0\n",
    "maps.json": '{"k": "AIza' + "a" * 35 + '"}',
    "slack.json": '{"url": "https://hooks.slack.com/services/T0000000/B0000000/' + "a" * 24 + '"}',
    "unseal.txt2": "Unseal Key 1: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG=\n",
    "vault.ini": "token=hvs." + "a" * 90 + "\n",
    "people.sql": "--\n-- PostgreSQL database dump\n--\nCOPY public.users (id, email) FROM stdin;\n1\tann@example.com\n\\.\n",
    "shop.sql": "-- MySQL dump 10.13  Distrib 8.0\n\nINSERT INTO `users` VALUES (1,'ann');\n",
}

# What is wanted though a word in it, or in its name, says otherwise.
WANTED = {
    "appsettings.json": '{"Jwt": {"Secret": ""}, "ConnectionStrings": {"Shop": "Server=localhost;Password=Passw0rd;"}}',
    "appsettings.Production.json": '{"Logging": {"LogLevel": {"Default": "Warning"}}}',
    "config/credentials.yml.enc": "abc--def--ghi",
    "config/credentials/production.yml.enc": "abc--def--ghi",
    "tokenizer.json": '{"model": {"vocab": {"secret": 1}}}',
    "tokenizer_config.json": '{"token": "<s>", "eos_token": "</s>"}',
    "keys.py": "KEYS = ['a']\n",
    "secrets/index.js": "export const password = () => process.env.PASSWORD\n",
    "credentials/service.ts": "export const password = 'password'\n",
    "locales/de.json": '{"password": "Passwort", "login.password": "Mindestens8Zeichen"}',
    "config/locales/de.yml": "de:\n  password: Kennwort99\n",
    "i18n/messages.properties": "error.password=wrong_password1\n",
    "ca.pem": PUBLIC,
    "public.key": PUBLIC.replace("CERTIFICATE", "PUBLIC KEY"),
    "id_ed25519.pub": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ann\n",
    "monkey.txt": "x",
    "turkey.key.svg": "x",
    "env.d.ts": "x",
    "src/env.mjs": "export const env = {password: process.env.PASSWORD}\n",
    "environment.ts": "export const environment = {production: false}\n",
    "schema.sql": "CREATE TABLE users (password text);\n",
    "structure.sql": "--\n-- PostgreSQL database dump\n--\nCREATE TABLE users (id int);\nINSERT INTO schema_migrations (version) VALUES ('1');\n",
    "openapi.yaml": "properties:\n  password: {type: string, example: hunter2hunter2}\n",
    "config.json": '{"port": 3000, "auth": "oauth2", "passwordField": "pass_word1", "apiKey": "STRIPE_API_KEY"}',
    "tools/settings.xml": "<settings><localRepository>x</localRepository></settings>",
    "tools/gradle.properties": "org.gradle.jvmargs=-Xmx2g\n",
    "application.properties": "spring.datasource.password=${DB_PASSWORD:changeme}\n",
    "src/config/tokens.js": "const tokenTypes = {REFRESH: 'refresh', RESET_PASSWORD: 'resetPassword', AUTH_TOKEN: 'auth-token'};\n",
    "application-prod.properties": "%prod.quarkus.datasource.username=quarkus_test\n%prod.quarkus.datasource.password=quarkus_test\n",
    "settings.yml": "spring:\n  datasource:\n    username: petclinic\n    password: petclinic\n",
    "bootstrap.properties": "spring.datasource.password=${POSTGRES_PASSWORD:db-wrz2z}\n",
    "application.yml": "spring:\n  datasource:\n    password: postgres\n",
    "database.yml": "production:\n  password: <%= ENV['DB_PASSWORD'] %>\n",
    "local_settings.py": "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nPASSWORD = get_password(request)\n",
    "instance/config.py": "DEBUG = True\nPASSWORD_HASHERS = ['argon2id0hasher']\n",
    "any.yml": "url: postgres://postgres:postgres@localhost/x\nother: postgres://user:c0rrecthorse@localhost/x\n",
    "firebase.json5": "{apiKey: 'AIza" + "a" * 35 + "', authDomain: 'shop.firebaseapp.com'}",
    "passwords/common.txt": "123456\npassword\n",
    "messages.po": 'msgid "password"\nmsgstr "Kennwort"\n',
    "jwks.json": '{"keys":[{"kty":"RSA","n":"abc","e":"AQAB"}]}',
    "authorized_keys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ann\n",
    "vault.txt": "The vault was opened at night, and nobody heard it.\n",
}


def _image(table: dict[str, str], place: str) -> Compilation:
    return compilation(NODE | BESIDE | {f"{place}{path}": text for path, text in table.items()})


@pytest.mark.parametrize("place", PLACES)
def test_a_name_says_enough(place: str) -> None:
    """Also in capital letters, and of what turns up after the artifacts were made."""
    made = compilation(NODE | BESIDE)
    exactly = ".DS_Store"  # which no system writes in another way
    forms = (f"{place}{form}" for name in NAMES for form in {name, name if name == exactly else name.upper()})
    assert [path for path in forms if sent(made, path)] == []


@pytest.mark.parametrize("place", PLACES)
def test_of_others_the_content_decides(place: str) -> None:
    made = _image(CONTENTS, place)
    assert [path for path in CONTENTS if sent(made, f"{place}{path}")] == []
    assert copied(made, "lib/a/b/c/y.js")
    said = noted(made)
    hidden = {path for path in CONTENTS if f"{place}{path}" not in said}
    assert hidden == set()


@pytest.mark.parametrize("place", PLACES)
def test_what_only_looks_like_one_is_there(place: str) -> None:
    made = _image(WANTED, place)
    assert [path for path in WANTED if not copied(made, f"{place}{path}")] == []


@pytest.mark.parametrize("magic", [b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce", b"PGDMP", b"REDIS0011"])
def test_a_store_of_keys_or_rows_is_known_by_its_first_bytes(magic: bytes) -> None:
    assert holds_secret("lib/x.bin", magic + bytes(8))
    assert not holds_secret("lib/x.bin", bytes(8) + magic)


@pytest.mark.parametrize("copy", [".bak", ".orig", "~", ".1", ".old.bak"])
def test_a_copy_is_what_it_is_a_copy_of(copy: str) -> None:
    assert are_settings(f"lib/local_settings.py{copy}")
    assert gives_credential(f"lib/local_settings.py{copy}", b"PASSWORD = 'c0rrecthorse'\n")


IMPORTS = [
    (NODE, "config.local.js", "require('./config.local')\n", "SC530"),
    (NODE, "lib/secrets.js", "import x from './lib/secrets.js'\n", "SC530"),
    (PYTHON, "local_settings.py", "from local_settings import *\n", "SC530"),
    (PYTHON, "shop/local_settings.py", "import shop.local_settings\n", "SC530"),
    (PYTHON, "shop/local_settings.py", "from shop import local_settings\n", "SC530"),
    (NODE, "config.local.js", "try { require('./config.local') } catch {}\n", "SC532"),
    (PYTHON, "local_settings.py", "try:\n    from local_settings import *\nexcept ImportError:\n    pass\n", "SC532"),
    (NODE, "config/production.json", "const of = name => load(`config/${name}`)\n", "SC532"),
    (NODE, "config/production.json", "readFileSync('./config/production.json')\n", "SC531"),
]
TEXTS = {
    ".js": "module.exports = {password: 'c0rrecthorse'}\n",
    ".py": "PASSWORD = 'c0rrecthorse'\n",
    ".json": '{"password": "c0rrecthorse"}',
}


@pytest.mark.parametrize(("base", "path", "line", "code"), IMPORTS)
def test_who_needs_it_is_told(base: dict[str, str], path: str, line: str, code: str) -> None:
    """An image that could not start is not made; what may be handed over, or is used by nobody, is a warning."""
    main = "server.js" if base is NODE else "app.py"
    tree = base | {main: base[main] + line, path: TEXTS["." + path.rpartition(".")[2]]}
    try:
        said = [(one.code, one.span.path) for one in compilation(tree).notes]
    except Refused as refused:
        said = [(one.code, one.span.path) for one in refused.diagnostics]
    assert [one for one in said if one[0] in ("SC530", "SC531", "SC532")] == [(code, path if code == "SC532" else main)]


def test_an_environment_file_may_be_missing() -> None:
    """Who loads one goes on without it, as the process has its values."""
    tree = NODE | {".env": "A=1\n", "server.js": NODE["server.js"] + "require('dotenv').config({path: './.env'})\n"}
    assert not {one.code for one in compilation(tree).notes} & {"SC530", "SC531", "SC532"}


def test_settings_that_a_framework_reads_are_needed() -> None:
    with pytest.raises(Refused) as refused:
        compilation(NODE | {"lib/appsettings.json": '{"Smtp": {"Password": "c0rrecthorse"}}', "lib/x.js": ""})
    assert [(one.code, one.span.path) for one in refused.value.diagnostics if one.code != "SC286"] == [
        ("SC530", "lib/appsettings.json")
    ]


def test_a_package_called_secrets_is_copied_with_its_code_alone() -> None:
    """Whether or not something imports it; a password beside the code is none of it."""
    made = compilation(NODE | {"secrets/index.js": "x\n", "secrets/password": "c0rrecthorse"})
    assert copied(made, "secrets/index.js")
    assert not sent(made, "secrets/password")


@given(
    st.lists(
        st.sampled_from(["password", "change", "me", "your", "secret", "-", "_", "1", "2024", "db", "Dev", "P4ssw0rd"]),
        min_size=1,
    )
)
def test_words_that_stand_for_a_secret_open_nothing(words: list[str]) -> None:
    assert not is_credential("".join(words).encode())


@given(st.sampled_from(["${%s}", "$%s", "{{ %s }}", "<%s>", "%%env(%s)%%", "ENC(%s)", "vault:%s", "/run/secrets/%s", "arn:%s"]), st.from_regex(r"[a-z0-9]{8,20}", fullmatch=True))  # fmt: skip
def test_a_reference_is_no_secret(shape: str, word: str) -> None:
    assert not is_credential((shape % word).encode())


@given(
    st.from_regex(r"[bcfghjklmnpqrtvwz]{6,12}[2-9]{2}[bcfghjklmnpqrtvwz]{3,12}", fullmatch=True),
    st.sampled_from(['"%s"', "'%s'"]),
)
def test_a_password_is_one_in_any_settings(word: str, quotes: str) -> None:
    """And in no other source: of these, words that only describe are a part."""
    line = f"db_password = {quotes % word}\n".encode()
    for path in ("local_settings.py", "a/b/database.toml", "config/app.php", "env.prod"):
        assert holds_secret(path, line), path
    for path in ("src/login.py", "lib/form.js", "docs/config.md", "locales/config.yml"):
        assert not holds_secret(path, line), path


def test_a_key_that_is_commented_out_is_in_use_nowhere() -> None:
    """Generators leave one in a file without which the program does not start; a password, and a key that is set, decide as ever."""
    idle = b"Devise.setup do |config|\n  # config.secret_key = 'b8008800973c064ef11a8e1a7477c983f7526dc8e44e45b7713c1e92ad8cb109'\nend\n"
    assert not gives_credential("config/initializers/devise.rb", idle)
    assert gives_credential("config/initializers/devise.rb", idle.replace(b"# ", b""))
    assert gives_credential("config/local.rb", b"# password = 'c0rrecthorse'\n")
    assert gives_credential("config/production.yml", b"# secret_key: dev3v9283hv982h3v\n")
