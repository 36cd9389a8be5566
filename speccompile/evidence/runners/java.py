"""Java: Maven's or Gradle's test phase, by the project's own wrapper where there is one; both write JUnit XML where they want to."""

from __future__ import annotations

from pathlib import Path

from speccompile.evidence.invocation import Invocation, Unknown
from speccompile.project.tree import Tree


def choose(tree: Tree, directory: Path) -> Invocation | Unknown:
    """See ``runners``."""
    del directory
    if tree.is_file("pom.xml"):
        maven = "./mvnw" if tree.is_file("mvnw") else "mvn"
        return Invocation(
            runner="Maven",
            command=(maven, "--batch-mode", "--no-transfer-progress", "test"),
            version=(maven, "--version"),
            reports=("target/surefire-reports/TEST-*.xml", "*/target/surefire-reports/TEST-*.xml"),
        )
    gradle = "./gradlew" if tree.is_file("gradlew") else "gradle"
    return Invocation(
        runner="Gradle",
        command=(gradle, "--console=plain", "cleanTest", "test"),
        version=(gradle, "--version"),
        reports=("build/test-results/test/TEST-*.xml", "*/build/test-results/test/TEST-*.xml"),
    )
