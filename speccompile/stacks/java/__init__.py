"""Java and Kotlin, built by Maven or Gradle."""
