"""Which variables are named like secrets, and which values have one in them, in any format."""

from __future__ import annotations

import re

from speccompile.regex import regex

# What the front ends let nobody write (paths of files and what is called public are no secrets).
SECRET_NAME = regex(
    r"(?!.*PUBLIC)(?:.*_)?(?:PASSWORD|PASSWD|TOKEN|SECRET|API_?KEY|PRIVATE_KEY|ACCESS_KEY|SIGNING_KEY|CREDENTIALS?)",
    re.IGNORECASE,
)
# A password that stands there, in a URL, in the query of JDBC, in a data source name; one that the operator supplies begins with a $.
PASSWORD_IN_URL = regex(
    r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^/\s:@]{0,200}:[^/\s@$]{1,200}@|"
    r"\bjdbc:[^\s?]{1,200}\?(?:[^\s?]{0,200}&)?password=[^&\s$]|\bhost=[^\n]{0,200}\bpassword=[^\s$]|\A[^/\s:@]{1,200}:[^/\s@$]{1,200}@tcp\("
)
ACCOUNT = regex(r"(?!.*SECRET)(?:.*_)?ACCESS_KEY")
"""Of S3's pair of keys the one that is no secret says who it is."""

NO_SECRET = ("", "yes")
"""Values of a variable with such a name that are none: a switch of a store that makes up a password of its own."""
