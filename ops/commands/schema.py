"""`gongguan schema`: the GraphQL schema as text, and whether it keeps what was released."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    against: Annotated[
        Path | None,
        typer.Option(
            help="Print instead what would break for clients of the schema in this file; exit code 1 if anything would. "
            "与此文件中的已发布接口相比，列出不兼容的改动。"
        ),
    ] = None,
) -> None:
    """Print the GraphQL schema (接口模式) as schema.graphql holds it. A change to that file needs to be meant."""
    from api.released import broken  # noqa: PLC0415 - heavy, see the package
    from api.schema import sdl  # noqa: PLC0415 - heavy, see the package

    if against is None:
        typer.echo(sdl(), nl=False)
        return
    found = broken(against.read_text(encoding="utf-8"), sdl())
    for change in found:
        typer.echo(f"{against.name}: {change}", err=True)
    if found:
        typer.echo(
            "Clients that are out there would break. Deprecate first (with a reason that says what to use instead) and "
            "let it go after a release. 已发布的接口会因此不兼容：请先标记停用并说明替代项，发布后方可移除。",
            err=True,
        )
        raise typer.Exit(1)
