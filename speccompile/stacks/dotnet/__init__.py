"""Projects of .NET: C#, F# and Visual Basic, built by MSBuild."""
