"""Go modules that call C: what their build needs, and what must be there at run time. One line a module, with the
reason."""

from __future__ import annotations

from collections.abc import Iterable

from speccompile.record import record


@record()
class Library:
    """A module that calls C: Debian packages to build it and to run it (with none, its C sources come along), and
    why."""

    module: str
    why: str
    build: tuple[str, ...] = ()
    runtime: tuple[str, ...] = ()


LIBRARIES = (
    Library("github.com/mattn/go-sqlite3", "SQLite's C sources are in it"),
    Library("github.com/mutecomm/go-sqlcipher", "SQLCipher's C sources are in it"),
    Library("github.com/confluentinc/confluent-kafka-go", "librdkafka is linked into it"),
    Library("github.com/marcboeker/go-duckdb", "DuckDB is linked into it"),
    Library("github.com/duckdb/duckdb-go", "DuckDB is linked into it"),
    Library("github.com/chai2010/webp", "libwebp's C sources are in it"),
    Library("github.com/valyala/gozstd", "zstd is linked into it"),
    Library("github.com/DataDog/zstd", "zstd's C sources are in it"),
    Library("github.com/ethereum/go-ethereum", "secp256k1's C sources are in it"),
    Library("github.com/h2non/bimg", "it calls libvips", ("libvips-dev",), ("libvips42",)),
    Library("github.com/davidbyttow/govips", "it calls libvips", ("libvips-dev",), ("libvips42",)),
    Library("gopkg.in/gographics/imagick.v2", "it calls ImageMagick 6", ("libmagickwand-dev",), ("libmagickwand-6.q16-6",)),
    Library("github.com/pebbe/zmq4", "it calls ZeroMQ", ("libzmq3-dev",), ("libzmq5",)),
    Library("github.com/google/gopacket/pcap", "it calls libpcap", ("libpcap-dev",), ("libpcap0.8",)),
    Library("github.com/gopacket/gopacket/pcap", "it calls libpcap", ("libpcap-dev",), ("libpcap0.8",)),
    Library("github.com/linxGNU/grocksdb", "it calls RocksDB", ("librocksdb-dev",), ("librocksdb7.8",)),
    Library("github.com/otiai10/gosseract", "it calls Tesseract", ("libleptonica-dev", "libtesseract-dev"), ("libtesseract5", "tesseract-ocr-eng")),
    Library("github.com/godror/godror", "Oracle's ODPI-C sources are in it"),
    Library("github.com/hajimehoshi/oto", "it calls ALSA", ("libasound2-dev",), ("libasound2",)),
)  # fmt: skip


def called(modules: Iterable[str]) -> tuple[Library, ...]:
    """The libraries that *modules* (or packages) are, in the order of the table; a major version is the same one."""
    paths = tuple(modules)
    return tuple(
        one for one in LIBRARIES if any(path == one.module or path.startswith(f"{one.module}/") for path in paths)
    )
