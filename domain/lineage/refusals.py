"""What is refused of recording a change, beside what `rules.py` refuses: names that are not there, or there already."""

from tenancy.refusals import Refusal


class CountyUnknown(Refusal):
    """The change is of a county that this deployment does not serve."""

    code = "LINEAGE_UNKNOWN_COUNTY"
    en = 'There is no county "{county}" here. Its code must be the one it was set up with. Correct it in the file.'
    zh = "本平台没有代码为“{county}”的县。代码须与建县时一致，请在文件中更正。"


class UnknownCode(Refusal):
    """The change names a body or unit that is not there."""

    code = "LINEAGE_UNKNOWN_CODE"
    en = 'There is no "{code}". There are: {known}. Correct the code, or describe it under [[new]].'
    zh = "没有代码为“{code}”的单位或机构。现有：{known}。请更正代码，或在[[new]]中写明。"


class CodeTaken(Refusal):
    """The change founds something under a code that is taken."""

    code = "LINEAGE_CODE_TAKEN"
    en = 'The code "{code}" is that of {name}. Choose another one.'
    zh = "代码“{code}”已由{name}使用，请另选代码。"


class ShortNameTaken(Refusal):
    """Letters of two bodies would come under the same numbers."""

    code = "LINEAGE_SHORT_NAME_TAKEN"
    en = (
        'The letters of {name} are or were numbered under "{short_name}", so those of two bodies could not be told apart. '
        "Choose another short name."
    )
    zh = "“{short_name}”现为或曾为{name}的文号简称，沿用将使两个单位的文号混淆，请另选简称。"


class FunctionLeft(Refusal):
    """A body would be no more while it holds a function that its heir does not."""

    code = "LINEAGE_FUNCTION_LEFT"
    en = "{name} holds functions that {heir} does not: {functions}. Give them first to whoever is to hold them."
    zh = "{name}承担的职能（{functions}）{heir}尚未承担，请先明确由谁承担。"
