"""How large a request may be."""

from __future__ import annotations

from speccompile.requirements.kinds import Body, Scope
from speccompile.requirements.phrases import Phrase
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "body bodies upload uploads payload attachment file picture photo image avatar document video import",
    "submission multipart request csv form post put pdf",
)

_BODY = Phrase(
    r"\b(?:bod(?:y|ies)|uploads?|uploaded|payloads?|attachments?|attached|files?|pictures?|photos?|images?|avatars?"
    r"|documents?|videos?|imports?|submissions?|multipart|posts?|requests?|csvs?|pdfs?|forms?)\b"
)
_NOT_BODY = Phrase(
    r"\b(?:responses?|downloads?|downloaded|exports?|exported|backups?|logs?|log files?|caches?|cached|chunks?"
    r"|memory|ram|heap|rotat\w*|disk|catalogue|catalog|field|text|library|folder|bucket|swap|"
    r"storage|quota|total|per (?:user|account|month|day)|headers?|cookies?|storing|generated|produced|output"
    r"|image size|container image|docker image)\b"
)
_TRANSPORTED = Phrase(
    r"\b(?:upload\w*|bod(?:y|ies)|payloads?|requests?|reject\w*|refus\w*|413|accept\w*|post(?:s|ed|ing)?|multipart"
    r"|attach\w*|submi\w+|send|sent|may be|can be|must not be|may not be|allowed|limited|at most|max\w*|up to"
    r"|larger|bigger|exceed\w*)\b"
)


def read(sentence: Sentence) -> Readings:
    """The size of a request that *sentence* allows."""
    if sentence.pipeline or sentence.tool:
        return
    yield from _bodies(sentence)


def _bodies(sentence: Sentence) -> Readings:
    size = next((one for one in sentence.sizes if sentence.bound(one) != "least"), None)
    if (
        size is None
        or not sentence.mentions(_BODY)
        or sentence.mentions(_NOT_BODY)
        or not sentence.mentions(_TRANSPORTED)
    ):
        return
    if not (sentence.bound(size) == "most" or sentence.refused):
        return
    noun, before = sentence.subject.noun, sentence.subject.before
    whole = noun in (
        "request",
        "body",
        "payload",
        "upload",
        "service",
        "server",
        "api",
        "application",
        "app",
        "proxy",
        "client",
        "",
        "size",
        "post",
    ) and all(
        word
        in (
            "request",
            "http",
            "api",
            "upload",
            "body",
            "incoming",
            "post",
            "json",
            "multipart",
            "client",
            "maximum",
            "file",
            "uploaded",
            "large",
            "put",
            "any",
            "s",
        )
        or word.rstrip("'s") == "request"
        for word in before
    )
    if noun in ("video", "image", "file", "document", "picture", "photo", "avatar") and not sentence.mentions(
        Phrase(
            r"\b(?:upload|attach|reject|refus|accept|submi|limit)\w*|\b413\b|\b(?:may|must|can|cannot)(?: not"
            r"| never)? (?:be|exceed|have)\b|\bnever larger\b"
        )
    ):
        return
    path = sentence.path
    scope = Scope("path", path) if path or not (whole or _is_upload(sentence)) else Scope()
    yield sentence.reading(Body(size.bytes), size, scope=scope)


def _is_upload(sentence: Sentence) -> bool:
    """Whether it speaks of uploaded files of any sort."""
    return sentence.subject.noun in ("file", "upload") and all(
        word in ("uploaded", "file", "files", "uploading") for word in sentence.subject.before
    )
