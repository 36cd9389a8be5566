"""The words of which there is a fixed number, by the types that hold them.

What a registry names is not here: stacks (`stacks.STACKS`) and kinds of stores (`catalog.CATALOG`) are added by one line there.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

ArchetypeName: TypeAlias = Literal["web-service", "cli-tool", "library", "data-pipeline"]
"""What a program is."""
Role: TypeAlias = Literal["server", "worker", "job", "tool"]
"""How a service runs."""
Language: TypeAlias = Literal["go", "java", "javascript", "php", "python", "ruby", "rust", "shell", "typescript"]
"""In what health modules are written."""
Protocol: TypeAlias = Literal[
    "grpc", "http", "https", "mariadb", "mongodb", "mysql", "nats", "postgres", "rabbitmq", "redis", "tcp"
]
"""What health modules speak: to the service itself, and to what it needs. By tcp they connect, and say nothing."""
Proxy: TypeAlias = Literal["nginx", "caddy", "none"]
"""What takes requests in where the platform brings nothing for it; none is that services do so themselves."""
PortProtocol: TypeAlias = Literal["tcp", "udp"]
"""Over what a published port is asked."""
