import click


@click.command()
@click.argument("words", nargs=-1, required=True)
def main(words: tuple[str, ...]) -> None:
    click.echo(len(words))
