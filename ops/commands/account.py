"""`gongguan account …`: whose account it is that an identity provider vouches for."""

from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

app = typer.Typer(
    help="Accounts and the identity providers that vouch for them (账号关联).", no_args_is_help=True
)

Person = Annotated[str, typer.Option(help="the login of the person's account, or the person's id")]
Issuer = Annotated[str, typer.Option(help="the provider's issuer, letter by letter as in providers.toml")]
Subject = Annotated[str, typer.Option(help="who it is at the provider: `sub` in its tokens")]


@app.command("link")
def link_(person: Person, issuer: Issuer, subject: Subject) -> None:
    """Let a subject of a provider sign in as a person (关联). A subject belongs to one person only."""
    from ops.compose import clock_of  # noqa: PLC0415 - heavy, see the package
    from ops.linking import link  # noqa: PLC0415 - likewise
    from ops.providers import providers_in  # noqa: PLC0415 - likewise
    from ops.provisioning import provisioning, with_engine  # noqa: PLC0415 - likewise

    settings = settings_here()
    trusted = {provider.issuer for provider in providers_in(settings.providers)}

    async def act(engine: "AsyncEngine") -> bool:
        now = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            return await link(
                session, person=person, issuer=issuer, subject=subject, trusted=trusted, now=now
            )

    is_new = with_engine(settings, act)
    typer.echo("已关联。 Linked." if is_new else "此前已关联。 It was linked so already.")


@app.command("unlink")
def unlink_(issuer: Issuer, subject: Subject) -> None:
    """Let a subject of a provider sign in as nobody, from the next request on (解除关联)."""
    from ops.compose import clock_of  # noqa: PLC0415 - heavy, see the package
    from ops.linking import unlink  # noqa: PLC0415 - likewise
    from ops.provisioning import provisioning, with_engine  # noqa: PLC0415 - likewise

    settings = settings_here()

    async def act(engine: "AsyncEngine") -> str:
        now = await clock_of(settings, engine).now()
        async with provisioning(engine) as session:
            return await unlink(session, issuer=issuer, subject=subject, now=now)

    login = with_engine(settings, act)
    typer.echo(f"已解除与账号 {login} 的关联。 Unlinked from {login}.")
