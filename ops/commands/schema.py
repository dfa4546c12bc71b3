"""`gongguan schema`: the GraphQL schema as text."""

import typer


def schema() -> None:
    """Print the GraphQL schema (接口模式) as schema.graphql holds it. A change to that file needs to be meant."""
    from api.schema import sdl  # noqa: PLC0415 - heavy, see the package

    typer.echo(sdl(), nl=False)
