"""What files tell managers of processes, schedulers and installers of packages, line by line: each with the key of deploy.yaml that says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.project.tree import Tree
from speccompile.regex import regex

_PROGRAM = regex(r"^\[(?:program|eventlistener|fcgi-program):([\w.-]{1,60})\]", re.MULTILINE)
_CRON = regex(r"^(?:@\w+|(?:[\d*/,A-Za-z-]+[ \t]+){5})\s*\S", re.MULTILINE)
_WHENEVER = regex(r"^[ \t]*every\b[^\n]{0,80}\bdo\b", re.MULTILINE)
_PM2 = regex(r"\bname[\"']?\s*:\s*[\"']([\w@./ -]{1,60})[\"']")
_SETTING = regex(r"^[ \t]*([a-z][\w-]{1,40})[ \t]*=", re.MULTILINE)
_LINE = regex(r"^[ \t]*([^#\s][^\n#]{0,60}?)[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
# What an image's server is told in a way of its own, or does without.
_NOT_UWSGI = frozenset((
    "chdir", "chmod-socket", "die-on-term", "gid", "home", "http", "http-socket", "master", "need-app", "socket", "uid", "vacuum", "virtualenv",
))  # fmt: skip
_FILES = (
    ("Aptfile", _LINE, "packages"),
    ("apt.txt", _LINE, "packages"),
    ("packages.txt", _LINE, "packages"),
    ("supervisord.conf", _PROGRAM, "command"),
    ("supervisor.conf", _PROGRAM, "command"),
    ("supervisord.ini", _PROGRAM, "command"),
    ("uwsgi.ini", _SETTING, "command"),
    ("ecosystem.config.js", _PM2, "command"),
    ("ecosystem.config.cjs", _PM2, "command"),
    ("pm2.config.js", _PM2, "command"),
    ("pm2.json", _PM2, "command"),
    ("crontab", _CRON, "schedule"),
    ("crontab.txt", _CRON, "schedule"),
    ("config/schedule.rb", _WHENEVER, "schedule"),
    ("DOKKU_SCALE", _LINE, "replicas"),
    ("CHECKS", _LINE, "health"),
)
_MOST = 12


def told(tree: Tree) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Each file that says something, what it says in few words, and the key of deploy.yaml for it."""
    for path, pattern, key in _FILES:
        text = tree.read(path)
        found = [_shown(text, match) for match in pattern.finditer(text)][:_MOST] if text else []
        kept = tuple(one for one in found if path != "uwsgi.ini" or one not in _NOT_UWSGI)
        if kept:
            yield path, kept, key


def _shown(text: str, match: re.Match[str]) -> str:
    """What is said, where that can hold no password; else the number of its line."""
    return match[1] if match.re.groups else f"line {text.count(chr(10), 0, match.start()) + 1}"
