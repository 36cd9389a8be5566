"""How large a request may be."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import Body
from speccompile.requirements.quantities import Size
from speccompile.requirements.reading import Scope
from speccompile.requirements.sentence import Readings, Sentence, cues
from speccompile.requirements.vocabulary import TRAFFIC
from speccompile.requirements.whose import is_anothers

CUES = cues(
    "message / body bodies upload uploads uploaded payload payloads attachment file picture photo image avatar document video import",
    "submission multipart request csv form post put pdf",
)

_BODY = regex(
    r"\b(?:bod(?:y|ies)|uploads?|uploaded|payloads?|attachments?|attached|files?|pictures?|photos?|images?|avatars?"
    r"|documents?|videos?|imports?|submissions?|multipart|posts?|requests?|csvs?|pdfs?|forms?)\b|\bmessages? to /"
)
_NOT_BODY = regex(
    r"\b(?:responses?|downloads?|downloaded|exports?|exported|backups?|logs?|log files?|caches?|cached|chunks?"
    r"|memory|ram|heap|rotat\w*|disk|catalogue|catalog|field|text|library|folder|bucket|swap|gallery|archive|album"
    r"|storage|stores?|plan|quota|total|per (?:user|account|month|day)|headers?|cookies?|storing|generated|produced|output"
    r"|image size|container image|docker image|thumbnails?|e-?mails?|reports?)\b"
)
_TRANSPORTED = regex(
    r"\b(?:upload\w*|bod(?:y|ies)|payloads?|requests?|reject\w*|refus\w*|413|accept\w*|post(?:s|ed|ing)?|multipart"
    r"|attach\w*|submi\w+|send|sent|may be|can be|must not be|may not be|allowed|limited|at most|max\w*|up to"
    r"|larger|bigger|exceed\w*|tops? out)\b"
)
# An image or a document is sent to the system only where the sentence says something of the kind.
_SENT = regex(
    r"\b(?:upload|attach|reject|refus|accept|submi|limit)\w*|\b413\b|\b(?:may|must|can|cannot)(?: not"
    r"| never)? (?:be|exceed|have)\b|\bnever larger\b"
)
_THINGS = frozenset("video image file document picture photo avatar".split())
_SPECIFIC = regex(
    r"\b(?:pictures?|photos?|avatars?|images?|videos?|attachments?|documents?|logos?|pdfs?|csvs?|imports?|spreadsheets?|scans?"
    r"|webhooks?|invoices?|cvs?|receipts?|contracts?)\b"
)
_TAKES = regex(r"(?:[\w'-]+ ){1,7}?(?:accepts?|takes?|rejects?|refuses?|allows?)\b")
_TAKERS = frozenset("form page user client endpoint route field customer upload".split())
_PLAIN = frozenset(
    "request http api upload body incoming post json multipart client maximum file files uploaded uploading large put any s single".split()
)


def read(sentence: Sentence) -> Readings:
    """The size of a request that *sentence* allows."""
    if sentence.pipeline or sentence.tool or _is_of_domain(sentence) or not _is_sent(sentence):
        return
    if is_anothers(sentence.subject) or _is_taken_by_another(sentence):
        return
    size = _bounding(sentence)
    if size is not None:
        yield sentence.reading(Body(size.bytes), size, scope=_scope(sentence))


def _is_of_domain(sentence: Sentence) -> bool:
    """Whether what is sent is sent to somebody else; «replay uploads» are requests, whatever a replay is."""
    return sentence.traffic_of_domain and sentence.subject.noun != "upload"


def _bounding(sentence: Sentence) -> Size | None:
    """The size that bounds from above."""
    size = next((one for one in sentence.sizes if sentence.bound(one) != "least"), None)
    return size if size and (sentence.bound(size) == "most" or sentence.refused) else None


def _is_sent(sentence: Sentence) -> bool:
    """Whether it speaks of what clients send."""
    if not sentence.mentions(_BODY) or sentence.mentions(_NOT_BODY) or not sentence.mentions(_TRANSPORTED):
        return False
    return sentence.subject.noun not in _THINGS or sentence.mentions(_SENT) is not None


def _is_taken_by_another(sentence: Sentence) -> bool:
    """«A camera takes uploads of up to 25 MB», «the partner accepts attachments»: no request to this system."""
    who = sentence.subject
    if sentence.of_system or sentence.paths or who.noun in _TAKERS:
        return False
    return _TAKES.match(sentence.text) is not None


def _scope(sentence: Sentence) -> Scope:
    """A path; every request; or one sort of upload, whose path the sentence does not say."""
    path = sentence.path
    return Scope("path", path) if path or not _is_whole(sentence) else Scope()


def _is_whole(sentence: Sentence) -> bool:
    """Whether every request is meant, or any uploaded file: «uploaded files», and not «profile pictures»."""
    who = sentence.subject
    if sentence.mentions(_SPECIFIC):
        return False
    return who.noun not in TRAFFIC | {"file"} or all(
        word in _PLAIN or word.rstrip("'s") == "request" for word in who.before
    )
