"""What only the program may know, and how it gets it."""

from __future__ import annotations

import re
from typing import Literal

from speccompile.regex import regex
from speccompile.requirements.kinds import Secret
from speccompile.requirements.phrases import words
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "image images environment variable env secret secrets key keys token tokens password passwords jwt jwts json webhook webhooks credential",
    "credentials hmac cookie cookies",
)

_SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("jwt-secret", words("jwt (?:secrets?|signing keys?|keys?)", "jwts?", "json web tokens?")),
    (
        "webhook-secret",
        words(
            "webhook signatures?",
            "webhook secrets?",
            "signed webhooks?",
            "webhooks? (?:\\w+ ){0,3}signed",
            "signature of (?:the |a |every |each )?webhooks?",
        ),
    ),
    (
        "tls-key",
        words("(?:private )?tls (?:private )?keys?", "(?:private )?keys? (?:of|for) (?:the )?(?:tls )?certificate"),
    ),
    ("signing-key", words("signing keys?", "signing secrets?", "hmac(?: keys?| secrets?)?", "private keys?")),
    (
        "session-secret",
        words(
            "session secrets?",
            "session keys?",
            "signed (?:session )?cookies?",
            "cookies? (?:is|are|must be) signed",
            "cookie secrets?",
        ),
    ),
    ("encryption-key", words("encryption keys?")),
    ("admin-password", words("admin(?:istrator)?(?:'s)? passwords?")),
    (
        "database-password",
        words("database passwords?", "db passwords?", "password of the database", "database credentials?"),
    ),
    ("bearer-token", words("bearer tokens?")),
    ("api-token", words("api tokens?", "access tokens?", "auth tokens?", "service tokens?")),
    ("smtp-password", words("smtp passwords?", "mail passwords?")),
    ("api-key", words("(?:\\w+ )?api keys?")),
    ("client-secret", words("(?:\\w+ )?client secrets?")),
    ("certificate-passphrase", words("passphrase of (?:the )?(?:\\w+ )?certificate", "certificate passphrase")),
    ("secrets", words("secrets?", "credentials?")),
)
# «The Stripe key», «the warehouse password»: what it is called says whose it is.
_OF_ITS_OWN = regex(
    r"\b(?!(?:the|an?|its|our|every|each|any|no|secret|private|public|primary|foreign|this|that|valid|correct|new|old|all|and|or|of|is|are)\b)([a-z][a-z0-9]+)(?:'s)?"
    r" (key|password|passphrase|token|secret)s?\b(?! files?\b)"
)
_KEY_FOR = regex(
    r"\b(?:the|our|its) (key|password|passphrase|token|secret) (?:for|of|to) (?!(?:the|an?|its|our|every|each|any|all|their)\b)([a-z][a-z0-9]+)\b"
    r"|\b(credentials) (?:for|of|to) (?:the |our )?([a-z][a-z0-9]+) (?:relay|gateway|provider|account|bucket|registry|server|api)\b"
)
_OUT_OF_IMAGE = regex(
    r"\b(?:forbidden|prohibited|not allowed) to (?:bake|build|copy|put|include|store)\b[^.;]{0,40}\bimages?\b|"
    r"\b(?:never|not|neither)(?: be)?(?: a)? (?:part of|in|inside|baked into|built into|copied into|contained in|found in|stored in)(?: the| an"
    r"| any)? (?:\w+ )?images?\b"
)
_FROM_SECRET = regex(r"\b(?:from|is|in|as|through|via) an? (?:mounted )?secret\b")
_VARIABLE = regex(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?|PASSPHRASE)\b")
_GIVEN: tuple[tuple[re.Pattern[str], Literal["file", "env"]], ...] = (
    (
        regex(
            r"\b(?:from|in|as|through|via|by|out of) (?:a |the )?(?:mounted |secret |read-only )*files?\b|\bmounted (?:as|from)\b"
            r"|/run/secrets\b"
        ),
        "file",
    ),
    (
        regex(
            r"\b(?:from|through|via|by|in|as) (?:an? |the )?environment(?: variables?)?\b|\benv(?:ironment)? vars?\b"
        ),
        "env",
    ),
)
_WANTED = regex(
    r"\bgets? (?:the |its )?[\w -]{1,30}(?:key|password|secret|token|passphrase) (?:from|as|in|through)\b|\b(?:needs?|requires?|required|carr(?:y"
    r"|ies)|signed|sign(?:s|ing)?|verif(?:y|ies|ied)|valid(?:ated)?|authenticat\w+"
    r"|must (?:have|contain|include|present|send|carry|be)|read|taken|loaded|provided|given|injected|comes?|passed"
    r"|supplied|handed|delivered|arrives?|reach(?:es)?|stored|mount(?:ed)?|protected (?:by|with)|without|uses?|with|checked|only be|expects?|takes?"
    r"|obtains?|demands?|reads|fetch(?:es|ed)?)\b"
)
_KEEPING = regex(
    r"\b(?:expires?|expired|expiry|valid for|lifetime|rotat\w+|replaced|renewed|changed|reissued|revok\w+|logged|logs?|leak\w*|hash(?:ed|es)?"
    r"|plain ?text|clear text|masked|redacted|printed|displayed|shown|characters|digits|door|parking|laundry|wi-fi"
    r"|reset|forgot\w*|committed|commit|entropy|refund|lock|house|primary key|foreign key|unique|partition key"
    r"|idempotency)\b"
)
_OURS = frozenset(
    "passphrase request service server api application app system secret key password token credential cookie session webhook access "
    "call client container process program jwt it endpoint signature admin caller consumer".split()
)
_NO_OWNERS = frozenset(
    "the a an valid correct its our no each every any own with by without of an personal single".split()
)


def read(sentence: Sentence) -> Readings:
    """The secret that *sentence* demands."""
    passed = (_VARIABLE.search(sentence.written) and _given(sentence)) or sentence.mentions(_FROM_SECRET)
    if (sentence.mentions(_KEEPING) and not passed) or not (sentence.mentions(_WANTED) or _is_left_out(sentence)):
        return
    if variable := _VARIABLE.search(sentence.written):
        yield sentence.reading(
            Secret(variable[0].lower().replace("_", "-"), _given(sentence)), sentence.mentions(_WANTED)
        )
        return
    if not (sentence.of_system or sentence.subject.noun in _OURS):
        return
    name, match = next(((name, match) for name, phrase in _SECRETS if (match := sentence.mentions(phrase))), ("", None))
    given = _given(sentence)
    kept_out = given or _is_left_out(sentence) or sentence.mentions(_FROM_SECRET)
    if (kept_out and not match) or name == "secrets":
        own, of = sentence.mentions(_OF_ITS_OWN) if kept_out else None, sentence.mentions(_KEY_FOR)
        if own or of:
            yield sentence.reading(Secret(_called(own, of), given), own or of)
            return
    if match and (given or not (name == "secrets" or sentence.subject.noun == "user")):
        yield sentence.reading(Secret(_own_name(match[0], name), given), match)


def _called(own: re.Match[str] | None, of: re.Match[str] | None) -> str:
    """The name of «the Stripe key», or of «the key for Stripe», «credentials for the SMTP relay»."""
    if own:
        return f"{own[1]}-{own[2]}"
    return f"{of[2] or of[4]}-{of[1] or of[3]}" if of else ""


def _is_left_out(sentence: Sentence) -> bool:
    """«The Stripe API key is never part of the image»: so it is given in another way. «No key may be» names none."""
    return sentence.subject.article != "no" and sentence.mentions(_OUT_OF_IMAGE) is not None


def _own_name(found: str, name: str) -> str:
    """A key's own name where the sentence has one: «the Stripe API key» is ``stripe-api-key``."""
    telling = re.sub(r"[\s_]+", "-", found.strip())
    if name in ("api-key", "client-secret") and telling.count("-") == 2 and telling.split("-")[0] not in _NO_OWNERS:
        return telling.removesuffix("s")
    return name


def _given(sentence: Sentence) -> Literal["file", "env"] | None:
    return next((how for phrase, how in _GIVEN if sentence.says(phrase)), None)
