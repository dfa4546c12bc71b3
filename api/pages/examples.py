"""What GraphiQL opens with: a question, an act and a feed that can be sent as they stand, with what they show beside.

The question and the feed show something to whoever is signed in. The act writes to a body, whose id a demo knows.
"""

from dataclasses import dataclass
from typing import Any

QUESTION = """\
# 先在上方登录，再按 Ctrl-Enter 运行。
# 查询：我以哪个身份办理，
# 本单位派出了谁，又有谁派驻在本单位。
query WhoWorksWhere {
  viewer {
    name
    actingAs { organisationName post roles }
  }
  unreadCount
  sentOut: secondments(side: HOME, first: 5) {
    totalCount
    edges { node { person { name } host { name } post } }
  }
  stationedHere: secondments(side: HOST, first: 5) {
    totalCount
    edges { node { person { name } home { name } post } }
  }
}
"""

ACT = """\
# 办理：起草一份移送函。
# 内容在下方 Variables 中，可以修改；
# 未予办理的，原因见 userErrors。
mutation DraftALetter($input: DraftReferralInput!) {
  draftReferral(input: $input) {
    referral {
      id
      version
      state
      acts
      receiver { name }
      deadlines { kind dueAt source }
    }
    userErrors { code message field }
  }
}
"""

FEED = """\
# 推送：本岗位的新通知。
# 先返回当前位置（cursor），此后有通知即推送。
# 再按运行键即停止。
subscription NewNotices {
  notifications {
    cursor
    notification { kind message announcedAt }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A tab: an operation and its variables."""

    query: str
    variables: dict[str, Any] | None = None


def examples(addressee: str) -> tuple[Example, ...]:
    """The tabs, in their order. `addressee` is the global id of the body that the letter is meant for."""
    letter = {
        "addresseeId": addressee,
        "foundOn": "2026-11-20",
        "party": "某某运输有限公司",
        "place": "昆阳镇通福路",
        "facts": "车辆运输建筑垃圾未采取密闭措施，沿途泄漏、遗撒。",
        "itemCode": "330217125000",
        "legalBasis": "浙江省城市市容和环境卫生管理条例",
    }
    return Example(QUESTION), Example(ACT, {"input": letter}), Example(FEED)
