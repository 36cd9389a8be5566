"""The process and its place: whose rights it has, what it may write, how what is stored is protected."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import AtRest, ReadOnly, Unprivileged
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import SYSTEM

CUES = cues(
    "changed altered container root privileges privileged unprivileged non-root rootless superuser uid capabilities read-only readonly",
    "immutable filesystem rest encrypted encryption encrypts written write writable user rootfs",
)

_ROOT = regex(
    r"\Aroot (?:inside|in|within|on) (?:the |a |any )?\w+ is (?:forbidden|prohibited|not allowed|off limits|disallowed)\b|"
    r"\b(?:not|never|neither|isn't|doesn't|without|no|nothing|none|nobody|cannot|mustn't)\b[^.,;]{0,60}\b(?:as |with |have |has |need |needs "
    r"|require |requires )?(?:root|superuser|administrator rights|root privileges|root rights|elevated privileges"
    r"|privileged mode|root access|uid 0)\b"
    r"|\b(?:user id|uid) (?:is |must be )?(?:other than|not|never|!=|>|above|greater than) ?(?:0|root)\b"
    r"|\broot (?:rights? |privileges? |access )?(?:is|are|must|may|shall|should|can|will) (?:not|never|neither) (?:be )?"
    r"(?:needed|allowed|used|required|permitted|given|granted|available)\b"
    r"|\broot (?:rights?|privileges?|access) (?:is|are) (?:withheld|denied|refused|taken|kept) (?:from|to|away)\b"
    r"|\bcapabilities (?:are|is|get) (?:all )?dropped\b"
    r"|\b(?:unprivileged|non-?root|non-privileged|rootless|least[- ]privileged?|dedicated (?:non-root )?user"
    r"|ordinary user|drops? (?:all )?(?:root |linux )?(?:capabilities|privileges))\b|\b(?:as|under|with) (?:the )?(?:user (?:id )?"
    r"|uid )[1-9]\d*\b|\buid [1-9]\d*\b|\bas (?:an? )?(?:normal|ordinary"
    r"|regular|unprivileged|non-root) user\b"
)
_ROOT_OF = regex(
    r"\b(?:process(?:es)?|runs?|running|containers?|pods?|service|server|program|application|app|user|daemon|it|job|worker"
    r"|pipeline|image|started|starts?|needs?|needed|allowed|requires?|tool|system|capabilities)\b"
)
_NOT_ROOT = regex(
    r"\b(?:document root|tree|node of|root cause|root certificate|square root|root directory|root (?:file ?)system|root fs|rootfs|webroot|plant|members?)\b"
)
_USERS = frozenset("user capability root right nothing".split())
_READ_ONLY = regex(
    r"\bwrite (?:anywhere|to anything|to any \w+) (?:but|except|other than|outside)\b|\bcan only write (?:to|in|below|under) /|"
    r"\bonly /[\w/.-]+ (?:is|are|stays?) writable\b|\bread-?\s?only\b|\bmounted ro\b|\bwithout write access\b|\bimmutable\b|\b(?:never|not|nothing"
    r"|cannot|doesn't"
    r"|no)\b[^.,;]{0,60}\b(?:writ(?:es?|ten)"
    r"|writable|modif\w+|changed|altered)\b"
)
_ONLY_THERE = regex(r"\bonly /[\w/.-]+ (?:is|are|stays?) writable\b")
_FILE_SYSTEM = regex(
    r"\bwrite anywhere\b|\bcan only write (?:to|in|below|under) /|\b(?:(?:root )?file ?systems?|rootfs|disk of the container"
    r"|container's (?:own )?disk|root of the container|containers?|images?)\b"
)
_NOT_FS = regex(
    r"\b(?:field|api|replica|role|(?<!write )access|users?|mode|database|document|page|archive|attribute|property|to (?:/"
    r"|the (?:data|log|tmp))|outside)\b"
)
_EXCEPT = regex(r",? (?:except|but|apart from|other than|save)(?: (?:to|for|in|below|under))? /")
_OTHER_USERS = regex(r"\b(?:non-root|unprivileged|non-privileged|ordinary|dedicated) users?\b")
_NOT_READ_ONLY = regex(r"\b(?:not|never) read-?only\b")
_AT_REST = regex(
    r"\b(?:disks?|volumes?|storage|databases?|backups?) (?:must|shall|should|will) (?:always )?be (?:always )?encrypted\b|"
    r"\bat[- ]rest\b|\bdisk encryption\b|\bencrypted (?:on (?:the )?disks?|disks?|volumes?|storage|databases?|backups?)\b"
    r"|\b(?:disks?|volumes?|storage|database|backups?)(?: files?)?"
    r"(?: (?:that|which|with|of|on which|where|holding|containing|storing|carrying|bearing) [^.,;]{1,40}?)? (?:is|are|must be|shall be) (?:always )?encrypted\b"
    r"|\bencrypted (?:when|while|once|where|as soon as)(?: \w+ (?:is|are))? (?:stored|saved|persisted)\b|\bstored (?:only )?encrypted\b"
    r"|\bencrypt\w* (?:before (?:it is|being|they are) )?(?:stored"
    r"|written to disk)\b|\bstored in (?:an )?encrypted form\b"
)
_ENCRYPTED = regex(r"\bencrypt\w*")
_ON_THE_WAY = regex(
    r"\b(?:connections?|traffic|links?|communications?|channels?|sessions?|requests?|messages?) (?:\w+ ){0,2}?(?:to|with|from|between|towards?)\b"
)


def read(sentence: Sentence) -> Readings:
    """What *sentence* demands of the process's rights and of what protects its data."""
    if (root := sentence.mentions(_ROOT)) and _is_of_rights(sentence):
        yield sentence.reading(Unprivileged(), root)
    yield from _read_only(sentence)
    if (rest := sentence.says(_AT_REST)) and sentence.mentions(_ENCRYPTED) and not sentence.mentions(_ON_THE_WAY):
        yield sentence.reading(AtRest(), rest)


def _is_of_rights(sentence: Sentence) -> bool:
    if (sentence.mentions(_NOT_ROOT) and not sentence.mentions(_OTHER_USERS)) or not (
        sentence.mentions(_ROOT_OF) or sentence.subject.noun in SYSTEM
    ):
        return False
    return sentence.of_system or sentence.subject.noun in _USERS


def _read_only(sentence: Sentence) -> Readings:
    match, what = sentence.mentions(_READ_ONLY), sentence.mentions(_FILE_SYSTEM) or sentence.mentions(_ONLY_THERE)
    if (
        not match
        or not what
        or not (
            sentence.of_system
            or sentence.subject.noun in _USERS
            or sentence.text.startswith(("mount ", "nothing ", "only /", "everything but "))
        )
    ):
        return
    said = _EXCEPT.split(sentence.text)[0]
    if (sentence.mentions(_OTHER_USERS) or not _NOT_FS.search(said)) and not sentence.mentions(_NOT_READ_ONLY):
        yield sentence.reading(ReadOnly(), match, what)
