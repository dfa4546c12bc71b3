"""The functions that a rulebook may name: before whom a matter is brought, who settles what bodies cannot settle.

Which body of a county holds which is data of the county; `domain/organisations` keeps it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.rulebooks.values import Words

FUNCTIONS: Mapping[str, Words] = MappingProxyType(
    {
        "coordination": Words("coordination office", "执法协调指挥机构"),
        "supervision": Words("supervision of enforcement", "行政执法监督机构"),
        "staffing": Words("staffing office", "机构编制部门"),
        "government": Words("county government", "县（区、市）人民政府"),
        "organisation": Words("organisation department", "组织部门"),
        "leading_group": Words("leading group", "领导小组"),
        "joint_review": Words("joint review centre", "联合审查中心"),
        "congress": Words("people's congress", "人民代表大会"),
        "discipline": Words("discipline inspection", "纪检监察机关"),
        "procuratorate": Words("procuratorate", "检察机关"),
    }
)
"""The functions an organisation may hold, as far as a rulebook may name them."""
