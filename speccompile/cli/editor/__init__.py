"""What an editor is told of a project while somebody types: the language server's answers, and the server."""
