"""Ignore files, read back: what would be sent to the engine, and what would not."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache

from speccompile.codes import artifact as codes
from speccompile.diagnostics import Diagnostic
from speccompile.digests import digest
from speccompile.plan.plan import Plan, Service
from speccompile.record import record
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers.dockerfile import Unreadable, paths
from speccompile.verify.readers.dockerfile import read as read_dockerfile
from speccompile.verify.readers.ignore import IgnoreFile, Pattern, Senders, read

# A file of each kind that must never be sent, wherever it is and however it is written.
NEVER = (
    ".git/config", ".hg/store", ".svn/entries", "node_modules/x/index.js", ".venv/bin/python", "venv/bin/python", "__pycache__/x", "x.pyc",
    ".mypy_cache/x", ".pytest_cache/x", ".ruff_cache/x", ".cache/x", ".DS_Store", "npm-debug.log",
)  # fmt: skip
NEVER_IN_ANY_CASE = (
    ".env", ".env.production", "prod.env", ".envrc", ".flaskenv", ".netrc", "_netrc", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf",
    ".htpasswd", "htpasswd", ".git-credentials", ".npmrc", ".pypirc", ".yarnrc.yml", ".vault-token", ".vault_pass.txt", ".s3cfg", ".boto",
    ".terraformrc", "terraform.rc", "rclone.conf", ".dockercfg", ".dockerconfigjson", "kubeconfig", "kubeconfig.yaml", "prod.kubeconfig",
    "wp-config.php", ".bash_history", ".aws/config", ".azure/token", ".config/gcloud/token.db", ".docker/config.json",
    ".gnupg/secring.gpg", ".kube/config", ".ssh/known_hosts", ".terraform/state", ".gem/credentials", ".cargo/credentials",
    ".cargo/credentials.toml", "credentials", "credentials.json", "credentials.yml", "credentials.yaml", "credentials.toml",
    "credentials.csv", "secrets/password", "secrets.json", "secrets.toml", "secrets.yaml", "secrets.yml", "secret.json", "secret.yml",
    "client_secret_123.json", "service-account-prod.json", "service_account.json", "serviceaccount.json",
    "shop-firebase-adminsdk-x.json", "server.key", "server.pem", "apple.p8", "cert.p12", "cert.pfx", "cert.pkcs12", "putty.ppk",
    "store.jks", "debug.keystore", "vault.kdb", "vault.kdbx", "age.agekey", "home.ovpn", "id_rsa.old", "id_dsa.old", "id_ecdsa.old",
    "id_ed25519.old", "terraform.tfstate", "terraform.tfstate.backup", "prod.tfvars", "prod.tfvars.json", "db.sqlite3",
    "db.sqlite3-wal", ".env~", "netrc", "pgpass", ".htdigest", "git-credentials", ".gitconfig", ".condarc", ".curlrc", ".wgetrc", ".msmtprc",
    ".fetchmailrc", ".ftpconfig", ".ftppass", "sftp-config.json", "sitemanager.xml", "filezilla.xml", "winscp.ini", "ansible-vault-pass",
    "kubeconfig-prod", "settings-security.xml", "local.settings.json", "shop.publishsettings", "shop.pubxml.user",
    "shop.postman_environment.json", "http-client.private.env.json", "application_default_credentials.json", "token.pickle", ".histfile",
    ".lesshst", ".viminfo", "cookies.txt", ".config/gh/hosts.yml", ".heroku/token", ".m2/settings.xml", ".netlify/config.json", ".oci/config",
    ".pulumi/credentials.json", "secrets.txt", "secret/password", "secret.txt", "password", "password.txt", "passwords.txt", "passphrase",
    "passphrase.txt", ".token", "token.txt", "apikey.txt", "api_key.txt", "api-key.txt", "keystore.properties", "signing.properties", "key.pk8",
    "login.keychain", "login.keychain-db", "login.keyring", "http.keytab", "cwallet.sso", "secring.pgp", "prod.tfplan", "dump.rdb", "login.har",
    "heap.hprof", "heap.heapsnapshot", "login.pcap", "login.pcapng", "dump.sql", "dump.sql.gz", "backup.sql", "backup.sql.xz",
    "firebase-adminsdk.json", "gcp-key-prod.json", "gcloud-key.json", "vault.json", "env.local", "env.dev", "env.prod", "env.production",
    "env.staging", ".dev.vars", ".dev.vars.production", ".pgpass.conf", "htpasswd.txt", "users.htpasswd", ".passwd", ".passwd-s3fs",
    "gha-creds-12.json", "google-services.json", "googleservice-info.plist", ".erlang.cookie", "chap-secrets", ".ngrok.yml",
    ".ftp-deploy.json", ".remote-sync.json", "cookies.sqlite", "key3.db", "key4.db", ".idea/datasources.xml", ".vs/config", ".vscode/sftp.json",
    ".bitcoin/wallet", "wallet.dat", "store.bks", "store.bcfks", "store.jceks", "appendonly.aof", "shop.dump", "shop.sql.bz2", "shop.sql.gz",
    "shop.sql.xz", "shop.sql.zip", "shop.sql.zst", "prod.db", "prod.sqlite", "production.db", "production.sqlite3", "development.sqlite3",
    "web.config.bak", "web.config.bak.1", "shop.backup", "config.php.old", "config.php.orig", "config.php.save", "backup-1.tar.gz",
    "backup1.tgz", "backup1.zip", "shop-backup.tar.gz", "shop-backup.tgz", "shop-backup.zip", ".config.php.swp", "config.php.swo", "config.php~",
)  # fmt: skip
_EVERY = (*NEVER, *NEVER_IN_ANY_CASE, *(name.upper() for name in NEVER_IN_ANY_CASE))
_SPECS = (
    "specs/assertions.json",
    "specs/deploy.yaml",
    "specs/verification.json",
    "assertions.json",
    "deploy.yaml",
    "verification.json",
    "speccompile.lock",
)
COMMENTS = (
    "Nothing enters the build context ...",
    "... but what the image is made of ...",
    "... and of that never a secret, a repository or what is made anew.",
)
_UNTRACKED_COMMENT = "... of that, nothing that git does not track ..."
_SPARED_COMMENT = "Called like secrets, and code or public all the same."
_WITHHELD_COMMENT = "Secrets by what is in them, and links in whose place is what they lead to."
# Let in again by name, where the plan names them; no other file of these names is.
_EXAMINED = (".npmrc", ".yarnrc.yml")
_EXAMINED_COMMENT = "Configuration that was read, and holds no secret."
# The patterns of what is never sent, a line each, as they were reviewed: many bar what another one bars, too, so that an altered one
# would not be missed by asking what is sent.
_REVIEWED = "sha256:6fd755ad91494d640b234f10eb46478d3258cb27d68ce4f4671c7153508e79bd"


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the ignore files among *files* (path relative to the output directory → text)."""
    return tuple(d for service in plan.services for d in _verify(plan, service, files))


def _verify(plan: Plan, service: Service, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    text, path = files.get(service.ignorefile), place.on_disk(plan, service.ignorefile)
    if text is None:
        yield codes.IGNORE_NOT_THE_PLAN.at(Span(path), "the ignore file is missing", fix=place.FIX)
        return
    document = read(text)
    yield from _lines(service, document, path)
    for name in _secrets_sent(service, document):
        yield codes.SECRET_SENT.at(Span(path), f"{name} would be sent", fix=place.FIX)
    for source in _taken_away(service, document, files.get(service.dockerfile) or ""):
        yield codes.SOURCE_NOT_SENT.at(Span(path), f"{source} would not be sent", fix=place.FIX)
    for spec in _SPECS:
        if document.sends(posixpath.normpath(posixpath.join(plan.layout.project_in_context or ".", spec))):
            yield codes.SPEC_SENT.at(Span(path), f"{spec} would be sent", fix=place.FIX)


def _secrets_sent(service: Service, document: IgnoreFile) -> Iterator[str]:
    """Files that are never sent, of which one is: below each directory that is copied, at its top and deep down."""
    image = service.image
    barring = IgnoreFile(tuple(p for p in document.patterns[1:] if not p.negated), ())
    let_in = {*_examined(service), *image.spared}
    every, barred = Senders(document), Senders(barring)
    common = _common(tuple((p.text, p.negated) for p in document.ending()))
    directories = [allowed for allowed in image.context if allowed.endswith("/")]
    for name in _EVERY:
        known = common[name]
        sent = [
            at for at, is_sent in known.sent if at not in let_in and (every.sends(at) if is_sent is None else is_sent)
        ]
        if not known.is_barred_below:
            places = (at for d in directories for at in _places(d, name) if at not in let_in)
            sent += [at for at in places if every.sends(at)]
        if sent or not (known.is_barred or not barred.sends(f"deep/{name}")):
            yield (sent or [name])[0]
    yield from (path for path in image.withheld if every.sends(path))


def _places(directory: str, name: str) -> tuple[str, str]:
    """Where a file of that *name* is asked about: in the directory, and deep down below it."""
    return f"{directory}{name}", f"{directory}deep/down/{name}"


@record()
class _Common:
    """What the end of an ignore file decides of the files of one name, whatever stands before it: of each place at the top whether it is sent, None
    where the end says nothing of it; whether the name is barred; and whether it is so below each directory: by a pattern that begins with ``**/``, which
    fits wherever the rest of it does, where nothing is let in again."""

    sent: tuple[tuple[str, bool | None], ...]
    is_barred: bool
    is_barred_below: bool


@lru_cache(maxsize=16)
def _common(ending: tuple[tuple[str, bool], ...]) -> dict[str, _Common]:
    """Of each name that is never sent, what *ending* decides: it is the same in the ignore files of most services, and asked once."""
    patterns = tuple(Pattern(text, is_negated, 0) for text, is_negated in ending)
    barring = tuple(one for one in patterns if not one.negated)
    anywhere = tuple(one for one in barring if one.text.startswith("**/")) if len(barring) == len(patterns) else ()
    every = Senders(IgnoreFile(patterns, ()))
    barred = every if barring == patterns else Senders(IgnoreFile(barring, ()))
    below = barred if anywhere == barring else Senders(IgnoreFile(anywhere, ()))
    return {name: _decided(name, every, barred, below) for name in _EVERY}


def _decided(name: str, every: Senders, barred: Senders, below: Senders) -> _Common:
    """What all patterns, those that bar, and of these those that fit anywhere decide of *name*; mostly they are the same ones, and asked once."""
    sent = tuple((at, every.decision(at)) for at in _places("", name))
    deep = sent if below is every else tuple((at, below.decision(at)) for at in _places("", name))
    return _Common(
        sent=sent,
        is_barred=barred.decision(f"deep/{name}") is False,
        is_barred_below=all(decision is False for _, decision in deep),
    )


def _taken_away(service: Service, document: IgnoreFile, dockerfile: str) -> Iterator[str]:
    """What the Dockerfile copies, as it is written there, or the plan lets in by its name, and is not sent."""
    image = service.image
    # Which files of a directory git tracks only the tree knows. Its patterns go by their place: they may be the words of others.
    first = 1 + len(tuple(_let_in(image.context)))
    whole = IgnoreFile((*document.patterns[:first], *document.patterns[first + len(image.untracked) :]), ())
    every, whole_ones = Senders(document), Senders(whole)
    known = frozenset(image.context)  # of another one the Dockerfile's verifier speaks
    for source in _copied(dockerfile):
        if source not in known:
            continue
        # Of a directory that is called like secrets there is what was found to be none.
        inside = (f"{source}file", *(path for path in image.spared if path.startswith(source)))
        if not (any(map(whole_ones.sends, inside)) if source.endswith("/") else every.sends(source)):
            yield source
    yield from (path for path in image.spared if not whole_ones.sends(path))


def _copied(dockerfile: str) -> Iterator[str]:
    try:
        instructions = read_dockerfile(dockerfile).instructions if dockerfile else ()
    except Unreadable:
        return  # said where Dockerfiles are verified
    for instruction in instructions:
        if instruction.keyword == "COPY" and not instruction.values("from"):
            yield from paths(instruction)[:-1]


def _lines(service: Service, document: IgnoreFile, path: str) -> Iterator[Diagnostic]:
    """Each pattern is the plan's or bars a kind of file that is never sent, and no other; each comment is ours."""
    image = service.image
    before = [
        ("**", False),
        *_let_in(image.context),
        *((posixpath.normpath(one.pattern), one.tracked) for one in image.untracked),
    ]
    after = [
        *_let_in(image.spared),
        *((text, False) for text, _ in _let_in(image.withheld)),
        *_let_in(_examined(service)),
    ]
    found = [(p.text, p.negated) for p in document.patterns]
    last = len(found) - len(after)
    if found[: len(before)] != before or found[last:] != after:
        yield codes.IGNORE_NOT_THE_PLAN.at(
            Span(path), f"lets in or keeps out {found}, the plan wants {before} and {after}"[:600], fix=place.FIX
        )
    barring = document.patterns[len(before) : last]
    reviewed = digest("\n".join(pattern.text for pattern in barring).encode()) == _REVIEWED
    for pattern in barring:
        if pattern.negated or not (reviewed or _bars_a_kind(pattern.text)):
            yield codes.IGNORE_NOT_THE_PLAN.at(
                Span(path, pattern.line, 1), f"refuses {pattern.text} for no known reason", fix=place.FIX
            )
    if not reviewed:
        yield codes.IGNORE_NOT_THE_PLAN.at(
            Span(path), "the patterns of what is never sent are not those that were reviewed", fix=place.FIX
        )
    comments = (*COMMENTS[:2], *_comments(service))
    if tuple(comment for _, comment in document.comments) != (*place.header(service.ignorefile), *comments):
        yield codes.IGNORE_NOT_THE_PLAN.at(Span(path, 1, 1), "the comments are not the generated ones", fix=place.FIX)


@lru_cache(maxsize=1024)
def _bars_a_kind(text: str) -> bool:
    """Whether the pattern *text* matches a kind of file that is never sent."""
    pattern = Pattern(text, negated=False, line=0)
    return any(pattern.matches(f"deep/{name}") for name in _EVERY)


def _comments(service: Service) -> tuple[str, ...]:
    """The comments of the sections that this service's file has."""
    image = service.image
    sections = (
        (image.untracked, _UNTRACKED_COMMENT),
        (True, COMMENTS[2]),
        (image.spared, _SPARED_COMMENT),
        (image.withheld, _WITHHELD_COMMENT),
        (_examined(service), _EXAMINED_COMMENT),
    )
    return tuple(comment for there, comment in sections if there)


def _examined(service: Service) -> tuple[str, ...]:
    return tuple(path for path in service.image.context if posixpath.basename(path) in _EXAMINED)


def _let_in(names: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """The patterns of exactly these paths: with backslashes before what has a meaning to any engine, and, where that is in the
    name of a directory, which BuildKit compares as text, once without these, too."""
    for name in names:
        path = posixpath.normpath(name)
        plain = "".join(f"\\{char}" if char in "*?[\\" else char for char in path)
        meant = "".join(f"\\{char}" if char in "+(){}|^$" else char for char in plain)
        if set("+(){}|^$") & set(posixpath.dirname(path)):
            yield plain, True
        yield meant, True
