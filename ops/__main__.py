"""`python -m ops`: the same as `gongguan`, for programs that must not depend on the PATH."""

from ops.cli import main

main()
