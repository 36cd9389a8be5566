"""Files that settings are written in, by their names, and whether one of them gives a credential in clear.

A name alone condemns none of them: a program needs its ``appsettings.json``, and most hold no secret. Asked by the fast path of
``check``, so nothing costly may be imported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.regex import regex

_DATA = r"(?:jsonc?|json5|ya?ml|toml|ini|cfg|cnf|conf|config|properties|props|xml|plist|env|txt|neon)"
_SCRIPT = r"(?:py|php|js|cjs|mjs|ts|cts|mts|rb|groovy|exs|sh|bash|zsh|fish)"
# An installation, where settings of their own stand for it.
_PLACE = r"(?:local|dev|devel|development|stage|staging|prod|production|live|secrets?|private|credentials?)"
_SHAPES = (
    # settings of a framework or a server, as data
    rf"(?:.*[._-])?(?:app)?settings(?:[._-].*)?\.{_DATA}",
    rf"(?:application|bootstrap|parameters|database|databases|datasources?|persistence|hibernate|jdbc|db|connections?|connectionstrings|"
    rf"mail|mailer|smtp|cable|storage|mongoid|sidekiq|redis|rabbitmq|context|tomcat-users|liquibase|flyway|ormconfig|nodemon|values|serverless|"
    rf"credentials?|secrets?|auth|web|pip|nuget|bunfig|gradle|alembic|airflow|odbc|my|pg_service|ngrok|config|configuration|conf|cookiecutter)"
    rf"(?:[._-].*)?\.{_DATA}",
    rf".*[._-]{_PLACE}\.{_DATA}",
    r".*\.(?:ini|cnf|conf|cfg)",
    r"(?:docker-)?compose[\w.-]*\.ya?ml",
    # environments of processes
    r"(?:\.?env|dotenv|environment)(?:[._-].*)?", r".*[._-]env(?:[._-].*)?", r".*\.vars",
    # settings that are code
    rf"(?:local[_.-]?settings|settings[_.-]?local|wp-config[\w.-]*|config\.inc|configuration|local|production|prod)\.{_SCRIPT}",
    rf"(?:.*[._-])?(?:settings|config|parameters|database)[._-]{_PLACE}\.{_SCRIPT}",
    rf".*\.{_PLACE}\.{_SCRIPT}",
    rf"(?:secrets?|credentials?|creds|passwords?|tokens?|api_?keys?|set_?env|envs?|environment|vars)\.{_SCRIPT}",
)  # fmt: skip
_NAMES = regex(rf"(?:{'|'.join(_SHAPES)})\Z", re.IGNORECASE | re.DOTALL)
_FOLDERS = frozenset(("instance", "config", "configs", "conf", "env", "envs", "environments"))
_IN_FOLDER = regex(rf"[^.]+(?:\.{_DATA})?\Z|.*\.{_SCRIPT}\Z", re.DOTALL)
_DATA_FILE = regex(rf"\.{_DATA}\Z|(?:^|[/._-])env(?:[._-][^/]*)?\Z")
_COPY = regex(r"(?:\.(?:bak|backup|old|orig|save|copy|swp|swo|tmp|[0-9]{1,2})|~)+\Z")
_CODE = regex(r"\.(?:py|php|js|cjs|mjs|ts|cts|mts|rb|groovy|exs)\Z")
# What people read, and what describes: words like these stand there as texts, not as what opens something.
_TEXTS = regex(
    r"(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages|translations?|messages|intl|schemas?|openapi|swagger|docs?|examples?|fixtures|tests?|"
    r"__tests__|testdata)(?:/|\.|_|-)|\.d\.[cm]?ts\Z|[._-](?:example|sample|template|dist|tmpl)(?:\.|\Z)|\.(?:schema|tmpl|tpl|j2|erb)\b"
)

# What a credential is called; what comes after such a word, as in PASSWORD_HASHERS, makes it another's name. What opens by being
# said is told from what may be a name of something else, like a token or a key.
_SAID = rb"password|passwd|passphrase|(?<![a-z])pwd"
_HELD = (
    rb"(?:secret|private|access|api|signing|encryption|account|auth|session)[_.-]?(?:access[_.-]?)?key(?:[_.-]?base)?"
    rb"|client[_.-]?secret|(?<![a-z])secret|(?:auth|access|bearer|refresh|bot|api|npm|vault|github|gitlab|slack)[_.-]?token|(?<![a-z])token"
)
_ASSIGNED = regex(
    rb"(?i:(" + _SAID + rb")|" + _HELD + rb")"
    rb"(?:[\"'\]]{0,2}\s{0,20}(?:=>|[:=,]|value\s{0,3}=)\s{0,20}(?:\"([^\"\n]{6,300})\"|'([^'\n]{6,300})'|([^\s\"'#;,<>{}\[\]()]{6,300})[ \t\r]*(?:[#;,}]|$))"
    rb"|>\s{0,20}([^\s<]{6,300})\s{0,20}</)",
    re.MULTILINE,
)  # fmt: skip
# Parts of what is said in one: connection strings of ADO.NET and ODBC, and addresses.
_PART = regex(rb"(?i:\b(?:password|pwd))\s?=\s?([^;\"'\s<>]{6,80})(?=[;\"'])")
_ADDRESS = regex(rb"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/?#@\"'<>]{0,80}:([^\s/?#@\"'<>]{6,200})@([A-Za-z0-9.\[-]{1,200})")
# Who logs in. A password that is nothing but that name is tried first by everybody, as the words below are.
_USER = regex(
    rb"(?i:(?<![a-z])user(?:[_.-]?(?:name|id))?|(?<![a-z])login|(?<![a-z])uid)[\"'\]]{0,2}\s{0,20}(?:=>|[:=,])\s{0,20}[\"']?([\w.-]{3,80})"
)
# What a password is where nobody sets the variable: ``${DB_PASSWORD:x}``. Each deployment sets its own.
_IN_REFERENCE = regex(rb"\$\{[\w.]*\Z")
# A setting that a generator leaves for people to choose has a key of its own, as Devise's has (https://github.com/heartcombo/devise): nothing uses
# it, and without the rest of the file the program does not start.
_COMMENTED = regex(rb"[ \t]*(?:#|//|\*)")
# The name that a word for a credential is in.
_NAME, _LONGEST_NAME = regex(rb"[\w.-]+|>"), 60
_OWN = regex(rb"(?:localhost|127\.|0\.0\.0\.0|\[::1|host(?:name)?\Z)", re.IGNORECASE)
_REFERENCE = regex(
    rb"[$<{(%!@/\\&]|.*(?:\{\{|\$\{|\$\(|<%|%\(|#\{|%env)|(?:env|vault|file|arn|ssm|op|secret|aws|gcp|azurekeyvault|keyvault|classpath|https?):|"
    rb"ENC[\[(]|process\.env|os\.|getenv|env\(|config\(|System\.|(?:self|this|settings|config|request|args|opts|options)\.",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_VARIABLE = regex(rb"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
# A controller and what it does.
_ACTION = regex(rb"[A-Za-z_][\w/:]{0,80}[#@.][A-Za-z_]\w{0,60}[?!]?")
# A value that is made of such words only opens nothing but what runs on one's own machine.
_WORDS = frozenset(
    b"a abc access admin administrator an and any api app at auth bar baz be by change changed client cookie database db default demo dev "
    b"develop developer development django do dummy enter example fake false fill flask foo for generate generated guest hello here host i id in insecure "
    b"insert is it jwt key keys laravel letmein local localhost long maria me minio mock mongo mongodb must my mysql name new no not null of old on only "
    b"optional or our pass passphrase passwd password passwords passwort placeholder please port postgres postgresql private prod production public put "
    b"pwd qux qwerty rabbit rabbitmq random really redis replace required root sa safe same sample secret secrets secure server service session set should "
    b"some spring staging string strong super temp test tester testing text that the this tmp to todo token tokens true undefined unsafe use user username "
    b"users value very welcome with word world x xxx xyz you your none".split()
)
_LONGEST = max(map(len, _WORDS))
_LEET = bytes.maketrans(b"0134@$5", b"oieaass")
_AMID = regex(rb"(?<=[a-z])[0134@$5](?=[a-z])")


def are_settings(path: str) -> bool:
    """Whether the name of a file, or of what it is a copy of, is one that settings are kept under."""
    return _is_told(_COPY.sub("", path.lower()))


def _is_told(path: str) -> bool:
    *folders, name = path.split("/")
    named = _NAMES.match(name) or (not _FOLDERS.isdisjoint(folders) and _IN_FOLDER.match(name))
    return bool(named) and _TEXTS.search(path) is None


def gives_credential(path: str, head: bytes) -> bool:
    """Whether the file at *path*, which begins with *head*, is one of settings, and says a password or a key that is no reference to
    one and no mere word; or is any data, and holds an address with a password."""
    original = _COPY.sub("", path.lower())
    if _is_told(original):
        given = [value for value in _said(head, _CODE.search(original)) if is_credential(value)]
        users = {match[1].lower() for match in _USER.finditer(head)} if given else set[bytes]()
        if any(value.lower() not in users for value in given):
            return True
    if _TEXTS.search(original) or not _DATA_FILE.search(original):
        return False
    return any(is_credential(match[1]) and not _OWN.match(match[2]) for match in _ADDRESS.finditer(head))


def _said(head: bytes, code: re.Match[str] | None) -> Iterator[bytes]:
    """What is given to passwords, and what looks drawn and is given to keys; what stands bare in code is an expression."""
    for match in _ASSIGNED.finditer(head):
        said, double, single, bare, element = match.groups()
        value = double or single or element or (None if code else bare)
        begun = max(0, match.start() - _LONGEST_NAME)
        default = said and _IN_REFERENCE.search(head, begun, match.start())
        idle = not said and code is not None and _COMMENTED.match(head, head.rfind(b"\n", 0, match.start()) + 1)
        if value and not default and not idle and (said or _is_random(value)):
            name = next(one for one in _NAME.finditer(head, begun) if one.end() > match.start())
            if _bare(value) != _bare(name[0]) and not (code and _is_route(head, name.start(), value)):
                yield value
    for match in _PART.finditer(head):
        yield match[1]


def _is_route(head: bytes, begun: int, value: bytes) -> bool:
    """Whether code says which page is at a path that is called after what people do there: ``"/reset_password" => "login#reset"``."""
    return head[max(0, begun - 1) : begun] == b"/" and (_ACTION.fullmatch(value) is not None or value.isalpha())


def _bare(name: bytes) -> bytes:
    """The letters of a name, however its words are joined: ``RESET_PASSWORD: 'resetPassword'`` is a list of kinds."""
    return re.sub(rb"[^a-z0-9]", b"", name.lower())


def is_credential(value: bytes) -> bool:
    """Whether *value* would open something: it refers to nothing else, and is more than words that stand for a secret."""
    if _REFERENCE.match(value) or _VARIABLE.fullmatch(value) or _is_sentence(value):
        return False
    plain = value.lower()
    return not (_is_made_up(plain) or _is_made_up(_AMID.sub(lambda one: one[0].translate(_LEET), plain)))


def _is_sentence(value: bytes) -> bool:
    return value.count(b" ") > 1 or (b" " in value and not re.search(rb"[0-9]", value) and value[:1].isupper())


def _is_random(value: bytes) -> bool:
    """Whether a token or key looks drawn rather than thought of."""
    mixed = re.search(rb"[0-9]", value) and re.search(rb"[A-Za-z]", value)
    return b" " not in value and len(value) >= (10 if mixed else 24)


def _is_made_up(value: bytes) -> bool:
    return all(_is_of_words(run) for run in re.findall(rb"[a-z]+", value))


def _is_of_words(run: bytes) -> bool:
    """Whether *run* can be cut into words without a rest; in steps, not by trying all ways."""
    reached = {0}
    for end in range(1, len(run) + 1):
        if any(start in reached and run[start:end] in _WORDS for start in range(max(0, end - _LONGEST), end)):
            reached.add(end)
    return len(run) in reached
