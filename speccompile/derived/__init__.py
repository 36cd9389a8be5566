"""Derived data: what the stages made the last time, kept by what it was made from, so that of a thousand services the one that changed is compiled.

It is there for speed alone. What is kept can be thrown away at any time; what is damaged, of another version or of another place is as if it were not
there; and in CI there is none.
"""
