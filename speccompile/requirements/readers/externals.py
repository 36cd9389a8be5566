"""What somebody else runs and this system calls."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import External
from speccompile.requirements.phrases import words
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "external third-party hosted remote stripe paypal twilio sendgrid mailgun adyen auth0 okta sentry datadog",
    "openai github slack algolia mailchimp braintree klarna smtp ldap gateway provider keycloak mailjet postmark pagerduty google",
)

_EXTERNAL = regex(
    r"\b(?:through|via|by|to|from|with|using|calls?|uses?|at|over|on|contacts?) (?:an? |the "
    r"|our )?((?:\w+[- ]){0,2}?)(?:external|third[- ]party|hosted|remote) ((?:[\w-]+ ){0,2}?(?:api|service|server"
    r"|provider|gateway|processor|system|platform|smtp|relay|bureau|vendor|oracle))\b"
)
_VENDORS = words(
    "stripe",
    "paypal",
    "twilio",
    "sendgrid",
    "mailgun",
    "adyen",
    "auth0",
    "okta",
    "sentry",
    "datadog",
    "openai",
    "github",
    "slack",
    "algolia",
    "mailchimp",
    "braintree",
    "klarna",
    "smtp relay",
    "smtp server",
    "ldap",
    "keycloak",
    "mailjet",
    "postmark",
    "pagerduty",
    "google maps",
)
_CALLS = regex(r"\b(?:through|via|by|to|with|from|against|using|at|calls?|uses?|over|on)(?: (?:the|an?|our))? \Z")
_CONNECTIONS = regex(r"\b(?:outbound|outgoing|egress|connections?)\b")
_PLAIN = frozenset("the an a external third party service server api system our provider relay gateway".split())
_WORD = regex(r"[a-z0-9]+")


def read(sentence: Sentence) -> Readings:
    """The systems of others that *sentence* says are called."""
    if sentence.tool and not sentence.of_system:
        return
    if match := sentence.says(_EXTERNAL):
        yield sentence.reading(External(_name(match[1] + match[2])), match)
        return
    vendor = sentence.says(_VENDORS)
    if vendor and not sentence.mentions(_CONNECTIONS) and _CALLS.search(sentence.text[: vendor.start()]):
        yield sentence.reading(External(_name(vendor[0])), vendor)


def _name(text: str) -> str:
    """«An external geocoding API» is ``geocoding``."""
    words_ = _WORD.findall(text)
    return "-".join(word for word in words_ if word not in _PLAIN) or "-".join(words_)
