"""Database addresses rewritten: only what is meant to change does. Pure."""

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from ops.addresses import database_of, for_sqlalchemy, plain, with_database, with_login

FULL = "postgresql://me:p%40ss@db.example:5433/county?sslmode=require"


class TestPlain:
    def test_keeps_an_address_without_a_host_whole(self) -> None:
        assert plain("postgres:///county?host=/run/postgresql") == "postgresql:///county?host=/run/postgresql"

    @pytest.mark.parametrize(
        "wrong", ["", "county", "sqlite:///county", "postgresql://db.example", "postgresql://db.example/"]
    )
    def test_refuses_what_is_no_address_of_a_database(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="address"):
            plain(wrong)


class TestRewriting:
    async def test_gives_sqlalchemy_what_its_driver_takes(self) -> None:
        address = for_sqlalchemy(FULL)
        assert address == "postgresql+asyncpg://me:p%40ss@db.example:5433/county?ssl=require"
        engine = create_async_engine(address)
        taken = engine.dialect.create_connect_args(engine.url)[1]
        assert taken["password"] == "p@ss"
        assert taken["ssl"] == "require"
        await engine.dispose()

    def test_changes_the_database_and_quotes_its_name(self) -> None:
        other = with_database(FULL, "昆阳/县 50%")
        assert other.startswith("postgresql://me:p%40ss@db.example:5433/")
        assert other.endswith("?sslmode=require")
        assert database_of(other) == "昆阳/县 50%"

    def test_changes_the_login_and_quotes_the_password(self) -> None:
        assert (
            with_login(FULL, user="app", password="a:b@c/d")
            == "postgresql://app:a%3Ab%40c%2Fd@db.example:5433/county?sslmode=require"
        )

    def test_gives_a_login_to_an_address_without_one(self) -> None:
        assert (
            with_login("postgresql://db/county", user="app", password="x") == "postgresql://app:x@db/county"
        )
