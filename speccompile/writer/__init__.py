"""Writing: the generated files and the lock file get onto the disk, all of them or none."""

from speccompile.writer.changes import Change, State
from speccompile.writer.journal import recover
from speccompile.writer.revise import revise
from speccompile.writer.write import Order, Written, create, preview, replace, write

__all__ = ["Change", "Order", "State", "Written", "create", "preview", "recover", "replace", "revise", "write"]
