"""What somebody else runs and this system calls."""

from __future__ import annotations

import re

from speccompile.requirements.kinds import External
from speccompile.requirements.phrases import Phrase, words
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "external third-party hosted remote stripe paypal twilio sendgrid mailgun adyen auth0 okta sentry datadog",
    "openai github slack algolia mailchimp braintree klarna smtp ldap gateway provider",
)

_EXTERNAL = Phrase(
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
)
_CALLS = Phrase(r"\b(?:through|via|by|to|with|from|using|at|calls?|uses?|over|on)(?: (?:the|an?|our))? \Z")


def read(sentence: Sentence) -> Readings:
    """The systems of others that *sentence* says are called."""
    yield from _externals(sentence)


def _externals(sentence: Sentence) -> Readings:
    if sentence.tool and not sentence.of_system:
        return
    match = sentence.says(_EXTERNAL)
    if match:
        yield sentence.reading(External(_external_name(match[1] + match[2])), match)
        return
    vendor = sentence.says(_VENDORS)
    if (
        vendor
        and _CALLS.search(sentence.text[: vendor.start()])
        and sentence.mentions(
            Phrase(
                r"\b(?:sent|processed|charged|made|goes?|handled|delivered|calls?|collected|uses?|through|via"
                r"|authenticate[sd]?|authenticated|looked up|reported|paid|verified|log(?:ged)? in"
                r"|sign(?:ed)? in)\b"
            )
        )
    ):
        yield sentence.reading(External(_external_name(vendor[0])), vendor)


def _external_name(text: str) -> str:
    kept = [
        word
        for word in re.findall(r"[a-z0-9]+", text)
        if word
        not in ("the", "an", "a", "external", "third", "party", "service", "server", "api", "system", "our", "provider")
    ]
    return "-".join(kept) or "-".join(re.findall(r"[a-z0-9]+", text))
