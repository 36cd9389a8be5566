"""Escaping by type: the only way for a value to get into a template is through one of these functions.

Each target language has its own ``Text`` class and its own module here, and a template takes only its own; so a string that was escaped for
nginx, or not at all, cannot get into a Dockerfile. The functions keep every character: what a real parser of
the language reads back is what went in. Values that a language cannot express are refused with ``ValueError``
(the front ends have refused control and private-use characters long before).
"""
