"""What somebody else runs and this system calls."""

from __future__ import annotations

from speccompile.regex import regex
from speccompile.requirements.kinds import External
from speccompile.requirements.phrases import words
from speccompile.requirements.sentence import Readings, Sentence, cues

CUES = cues(
    "run operated hosted managed maintained owned team department operate operates api apis feed service services "
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
_CALLS = regex(
    r"\b(?:by (?:way|means) of|through|via|by|to|with|from|against|using|at|calls?|uses?|over|on)(?: (?:the|an?|our))?(?: (?:external|hosted|managed"
    r"|remote|third-party"
    r"|corporate|company|central|existing|official|public"
    r"|(?:[\w-]+ )?[\w-]+'s?(?: [\w-]+)?))? \Z"
)
# «Which another team operates», «run by the identity team»: it is there, and none of this system.
FOREIGN = regex(
    r"\b(?:run|operated|hosted|managed|maintained|administered|owned|provided) by (?:the |an? |another |our )?(?!(?:us|this|the same)\b)"
    r"(?:[\w-]+ ){0,2}(?:teams?|departments?|division|compan(?:y|ies)|vendors?|providers?|customers?|partners?|agency|ministry|suppliers?)\b"
    r"|\b(?:another|other|a different) (?:team|department|division|company)s? (?:runs?|operates?|owns?|hosts?|manages?|maintains?)\b"
    r"|\bwe (?:do|will|must) not (?:run|operate|host|own|manage)\b|\bnot (?:run|operated|hosted|owned|managed) by us\b"
)
"""That somebody else runs what is spoken of."""

_ANOTHERS = words(
    "oracle", "sql server", "db2", "sap", "snowflake", "salesforce", "active directory", "postgres(?:ql)?", "mysql", "mariadb", "mongodb",
    "redis", "kafka", "rabbitmq", "elasticsearch", "clickhouse", "s3", "ldap", "keycloak",
)  # fmt: skip
# «The ECB's REST feed at https://data-api.ecb.europa.eu».
_AT_ADDRESS = regex(
    r"\b(?:apis?|feeds?|services?|endpoints?|gateway|interface|webservices?|web services?|servers?)(?: of [\w -]{1,30}?)?,? (?:at|under|on|via"
    r"|found at|reached at|available at)"
    r" https?://([a-z0-9.-]+\.[a-z]{2,})"
)
# «Fetched from the DHL API», «downloaded from the data server of the DWD»: a proper name whose it is.
_NAMED_API = regex(
    r"\b(?:fetched|pulled|registered|loaded|downloaded|obtained|requested|retrieved|looked up|checked|submitted|reported|translated|geocoded|sourced|taken|read"
    r"|fetches|pulls|registers|loads|downloads|obtains|requests|retrieves|submits|reports)\b[^.;]{0,30}?\b(?:from|through|via|against|with|at|to|over"
    r"|by) (?:the |an? )?"
    r"(?:([A-Z][\w-]*(?: [A-Z][\w-]+)?)(?:'s)? (?:REST |SOAP |[Ww]eb |public |official |open )?(?:API|web ?service|feed|portal)"
    r"|(?:[a-z-]+ ){0,3}(?:server|service|portal|API|feed) of (?:the )?([A-Z][\w-]+))\b"
)
_OWN_APIS = frozenset("rest http https json graphql grpc web public admin internal own our management".split())
_TAKEN_FROM = regex(
    r"\b(?:from|through|via|by|calls?|asks?|quer(?:y|ies)|uses?|against|to|with|fetch\w*|sends?|posts?)\b"
)
_SECOND_LEVEL = frozenset("co com gov europa ac org net edu".split())
_CONNECTIONS = regex(r"\b(?:nothing else|nobody else|outbound|outgoing|egress|connections?)\b")
_PLAIN = frozenset("the an a external third party service server api system our provider relay gateway".split())
_WORD = regex(r"[a-z0-9]+")


def read(sentence: Sentence) -> Readings:
    """The systems of others that *sentence* says are called."""
    if sentence.tool and not sentence.of_system:
        return
    if match := sentence.says(_EXTERNAL):
        yield sentence.reading(External(_name(match[1] + match[2])), match)
        return
    if (foreign := sentence.mentions(FOREIGN)) and (product := sentence.mentions(_ANOTHERS)):
        yield sentence.reading(External(_name(product[0])), product, foreign)
        return
    if (at := sentence.mentions(_AT_ADDRESS)) and _TAKEN_FROM.search(sentence.text[: at.start()]):
        yield sentence.reading(External(_of_host(at[1])), at)
        return
    if (named := _NAMED_API.search(sentence.written)) and (name := named[1] or named[2]).lower() not in _OWN_APIS:
        yield sentence.reading(External(_name(name.lower())), sentence.mentions(_TAKEN_FROM))
        return
    vendor = sentence.says(_VENDORS)
    if vendor and not sentence.mentions(_CONNECTIONS) and _CALLS.search(sentence.text[: vendor.start()]):
        yield sentence.reading(External(_name(vendor[0])), vendor)


def _of_host(host: str) -> str:
    """Whose host it is: ``data-api.ecb.europa.eu`` is ``ecb``."""
    labels = host.split(".")[:-1]
    while len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1]


def _name(text: str) -> str:
    """«An external geocoding API» is ``geocoding``."""
    words_ = _WORD.findall(text)
    return "-".join(word for word in words_ if word not in _PLAIN) or "-".join(words_)
