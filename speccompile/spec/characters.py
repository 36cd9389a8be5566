"""The characters that no file of ours may have in it: in a spec, or in what becomes a part of something that is generated."""

from __future__ import annotations

from speccompile.regex import regex

_SEPARATORS_AND_OVERRIDES = "\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
_NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"  # what YAML and XML refuse, and those of the same plane
_PRIVATE_USE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_ALWAYS = f"\x7f-\x9f\ud800-\udfff{_SEPARATORS_AND_OVERRIDES}{_PRIVATE_USE}{_NONCHARACTERS}"
IN_FILES = regex(f"[\x00-\x08\x0b\x0c\x0e-\x1f{_ALWAYS}]|\r(?!\n)")
IN_STRINGS = regex(f"[\x00-\x1f{_ALWAYS}]")
IN_PROSE = regex(f"[\x00-\x08\x0b-\x1f{_ALWAYS}]")


def first_unfit(text: str) -> str | None:
    """The first character of *text*, a file that becomes a part of others, which these may not have in them; None where there is none."""
    found = IN_FILES.search(text)
    return found[0] if found else None
