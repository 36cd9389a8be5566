"""What every test has in common."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from hypothesis import settings

# A shared machine's pauses are not findings; in CI a failing example is printed so that it can be repeated.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# What a Dockerfile is allowed to say (mounts, the syntax line) needs BuildKit; old engines ask for this.
os.environ["DOCKER_BUILDKIT"] = "1"

# Where local state is kept when a project is in no checkout; what a test leaves there is nobody's.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="speccompile-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)
