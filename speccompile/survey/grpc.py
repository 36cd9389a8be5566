"""Servers of gRPC: what the sources start, and the port that they read from the environment.

Neither the proxy nor the probes here speak gRPC (HTTP/2 with trailers), so such a server is proposed as a worker: it lasts, is restarted, and its
peers reach it by its name; nothing routes to it and nothing takes it for ill because it answers no HTTP/1.1.
"""

from __future__ import annotations

import re

from speccompile.project.tree import Tree
from speccompile.stacks.code import source
from speccompile.stacks.facts import Facts

PORT = "50051"
_SERVES = re.compile(
    r"\bbindAsync\s*\(|\bgrpc\.(?:aio\.)?server\s*\(|\bgrpc\.NewServer\s*\(|\btonic::transport::Server\b|\bServer::builder\s*\(\)[\s.]*add_service"
)
_HTTP = re.compile(
    r"\bListenAndServe|\bhttp\.Serve\(|createServer\(|\bexpress\(|\bapp\.listen\(|Bun\.serve|uvicorn\.run|\bFlask\(|\bFastAPI\(|axum::serve"
)
_READS = re.compile(
    r"""\benv(?:\.PORT\b|\[["']PORT["']\]|\.get\(\s*["']PORT["'])|\benviron(?:\.get\(|\[)\s*["']PORT["']|\b[gG]etenv\(\s*["']PORT["']|\bvar\(\s*["']PORT["']"""
)


def served_by(tree: Tree, facts: Facts) -> str | None:
    """The source that starts a gRPC server and none for HTTP; *tree* is the service's directory."""
    path = facts.source or facts.entry
    code = source(tree, path) if path else None
    return path if code and code.search(_SERVES) and not code.search(_HTTP) else None


def reads_port(tree: Tree, path: str) -> bool:
    """Whether the source at *path* takes its port from PORT."""
    return source(tree, path).search(_READS) is not None
