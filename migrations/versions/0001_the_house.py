"""The house with one referral in it."""

from migrations.steps import run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_script(__file__)
