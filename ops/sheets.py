"""What the commands that take a spreadsheet in say: how many rows were taken, and of every other row where and why not."""

from domain.sheets import Form, Report
from ops.troubles import Trouble
from tenancy.refusals import Refusal


class RowsRefused(Trouble):
    """Nothing was taken, or not everything."""

    def __init__(self, form: Form, report: Report) -> None:
        faults = "\n".join(_fault(form, number, refusal) for number, refusal in report.refused)
        super().__init__(
            en=f"{report.taken} rows were taken; {len(report.refused)} were not, see above.",
            zh=f"{faults}\n已载入 {report.taken} 行；{len(report.refused)} 行有误，见上（行号与栏：原因）。",
        )


def taken(form: Form, report: Report) -> str:
    """The sentence for a file that was taken whole. Raises `RowsRefused` for any other."""
    if report.refused:
        raise RowsRefused(form, report)
    return (
        f"已载入 {report.taken} 行，{report.known} 行此前已载入。 "
        f"{report.taken} rows were taken, {report.known} were known."
    )


def _fault(form: Form, number: int, refusal: Refusal) -> str:
    column = form.column_of(refusal)
    at = f"  {number}" if column is None else f"  {number} {column}"
    return f"{at}: {refusal.sentence('zh')} {refusal.sentence('en')}"
