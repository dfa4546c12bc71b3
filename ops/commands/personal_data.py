"""`gongguan personal-data …`: the keys that identity and telephone numbers are encrypted with."""

from typing import TYPE_CHECKING, Annotated

import typer

from ops.settings import settings_here
from ops.troubles import Trouble

if TYPE_CHECKING:
    from ops.rotating import Rotated

app = typer.Typer(help="The keys of personal data (个人信息密钥).", no_args_is_help=True)

Sm = Annotated[
    bool,
    typer.Option("--sm", help="SM4-GCM and HMAC-SM3 (国密) in the place of AES-256-GCM and HMAC-SHA-256"),
]
Later = Annotated[
    bool, typer.Option("--later", help="do not use it before `rotate`: first copy the file to every machine")
]
At_a_time = Annotated[int, typer.Option(min=1, max=10_000, help="how many rows in one transaction")]


class NotAllOpen(Trouble):
    """Some entries stayed under their old key, because they do not open."""

    def __init__(self, rotated: "Rotated") -> None:
        lines = [
            f"  {entry}: {refusal.sentence('zh')} {refusal.sentence('en')}"
            for entry, refusal in rotated.refused
        ]
        super().__init__(
            en=f"{rotated.resealed} entries were brought under the new key; {len(rotated.refused)} could not be, see above.",
            zh="\n".join(lines)
            + f"\n已改用新密钥加密 {rotated.resealed} 条；{len(rotated.refused)} 条未能处理，见上（编号：原因）。",
        )


@app.callback()
def personal_data() -> None:
    """The keys of personal data (个人信息密钥)."""


@app.command("new-key")
def new_key(sm: Sm = False, later: Later = False) -> None:
    """Add a key to the key file (新增密钥), made if it is missing. What lies under older keys stays there until `rotate`."""
    from datetime import UTC, datetime  # noqa: PLC0415 - beside the rest of what this command alone needs

    from ops.personal_data_keys import KeyFile  # noqa: PLC0415 - heavy, see the package

    file = KeyFile(settings_here().personal_data_keys)
    key = file.add("sm" if sm else "aes", day=datetime.now(UTC).date(), later=later)
    typer.echo(
        f"已在 {file.path} 中新增密钥 {key.id}。请另行妥善备份该文件，勿与数据库备份同放。\n"
        f"The key {key.id} was added to {file.path}. Keep a copy of that file, apart from backups of the database."
    )


@app.command()
def rotate(at_a_time: At_a_time = 200) -> None:
    """Bring everything under the newest key (轮换密钥). It may be broken off anywhere and run again; meanwhile both keys open.

    Ends with exit code 1 if an entry does not open. Keep old keys in the file as long as there are backups from their time.
    """
    from ops.personal_data_keys import KeyFile  # noqa: PLC0415 - heavy, see the package
    from ops.rotating import rotate_all  # noqa: PLC0415 - likewise

    settings = settings_here()
    keys = KeyFile(settings.personal_data_keys).turn_to_the_newest()
    rotated = rotate_all(settings, keys, at_a_time=at_a_time)
    if rotated.refused:
        raise NotAllOpen(rotated)
    typer.echo(
        f"{rotated.resealed} 条已改用密钥 {keys.current.id} 加密。 "
        f"{rotated.resealed} entries were brought under the key {keys.current.id}."
    )


@app.command()
def keys() -> None:
    """List the keys in use and in the file, with how many entries lie under each (密钥使用情况)."""
    from domain.personal_data.rotation import keys_in_use  # noqa: PLC0415 - heavy, see the package
    from ops.personal_data_keys import KeyFile  # noqa: PLC0415 - likewise
    from ops.provisioning import in_one_transaction  # noqa: PLC0415 - likewise

    settings = settings_here()
    known = KeyFile(settings.personal_data_keys).read()
    used = in_one_transaction(settings, keys_in_use)
    for key_id in sorted({*known.known, *used}):
        said = known.known[key_id].suite if key_id in known.known else "不在密钥文件中 not in the key file"
        now = " (当前 current)" if key_id == known.current_id else ""
        typer.echo(f"{key_id} {said}{now}: {used[key_id]}")
