"""`gongguan refusals`: the catalogue of refusals as text."""

import typer


def refusals() -> None:
    """Print every refusal (错误代码), in both languages, as docs/errors.md holds them."""
    from ops.error_catalogue import error_catalogue  # noqa: PLC0415 - heavy, see the package

    typer.echo(error_catalogue(), nl=False)
