"""What is refused of acts on referrals, and in which words. What is permitted at all is a matter of policies."""

from tenancy.refusals import Refusal


class WrongState(Refusal):
    """The referral is not in a state in which this can be done."""

    code = "REFERRAL_WRONG_STATE"
    en = (
        "This referral is {state}; that can only be done while it is {needed}. Read it again and see which "
        "acts are open."
    )
    zh = "该移送件当前为“{state_zh}”，只有在“{needed_zh}”时才能办理此操作。请刷新后查看当前可办理的操作。"


class MaterialsMissing(Refusal):
    """Materials that the rulebook requires are not attached."""

    code = "REFERRAL_MATERIALS_MISSING"
    en = "Required materials are missing: {kinds}. {advice_en} (source: {source})."
    zh = "缺少应当提供的材料：{names}。{advice_zh}（依据：{source}）。"


class NotAParty(Refusal):
    """Referrals are made between departments and townships, in their own names."""

    code = "REFERRAL_NOT_A_PARTY"
    en = "Referrals go between departments and townships; {name} is neither. Choose another body."
    zh = "案件移送只在部门与乡镇（街道）之间以单位名义进行；{name}不属于其中，请另选单位。"


class ToOneself(Refusal):
    """A body refers nothing to itself."""

    code = "REFERRAL_TO_ONESELF"
    en = "A body cannot refer a case to itself. Choose another addressee."
    zh = "不能向本单位移送案件，请另选接收单位。"


class LateReasonNeeded(Refusal):
    """The limit for sending has passed; sending is possible, marked late, with a reason."""

    code = "REFERRAL_LATE_REASON_NEEDED"
    en = "The limit for sending ended at {due_at}. Give a reason; the referral will be sent marked as late."
    zh = "移送期限已于{due_at}届满。请说明逾期理由，该件将标注为逾期移送。"


class LateAlready(Refusal):
    """The limit for sending has passed: another day of finding would make what is late look in time."""

    code = "REFERRAL_LATE_ALREADY"
    en = "The limit for sending ended at {due_at}; the day of finding stands. Send the letter with the reason why it is late."
    zh = "移送期限已于{due_at}届满，发现日期不能再改；请说明逾期理由后移送。"


class LateSendingForbidden(Refusal):
    """The place's rulebook does not admit sending after the limit."""

    code = "REFERRAL_LATE_FORBIDDEN"
    en = (
        "The limit for sending ended at {due_at}, and the county's rules do not admit late referrals. Ask "
        "the county's coordination office what is to be done."
    )
    zh = "移送期限已于{due_at}届满，本县规则不允许逾期移送。请与本县统筹协调机构联系处理。"


class ReturnForbidden(Refusal):
    """The place's rulebook does not let a receiver return a referral."""

    code = "REFERRAL_RETURN_FORBIDDEN"
    en = (
        "The county's rules do not let a receiver return a referral. Accept it, or doubt your competence "
        "(source: {source})."
    )
    zh = (
        "本县规则不允许接收单位退回移送件。请接收；认为不属于本单位管辖的，请提出管辖异议（依据：{source}）。"
    )


class FoundInTheFuture(Refusal):
    """The violation is said to have been found on a day that has not come."""

    code = "REFERRAL_FOUND_IN_THE_FUTURE"
    en = "The violation cannot have been found on {day}: that day has not come. Check the day."
    zh = "发现违法行为的日期{day}尚未到来，请核对。"


class FoundBeforeTheRepublic(Refusal):
    """The day of finding lies before there was anybody who could have found it; a slip of the year."""

    code = "REFERRAL_FOUND_TOO_LONG_AGO"
    en = "The violation cannot have been found on {day}: check the year."
    zh = "发现违法行为的日期{day}有误，请核对年份。"


class UnknownMaterialKind(Refusal):
    """The rulebook knows no such kind of material."""

    code = "REFERRAL_UNKNOWN_MATERIAL_KIND"
    en = "Materials of the kind {kind} do not go with this referral. These do: {known}. Choose one of them."
    zh = "该移送件的材料不含此类（“{kind}”）。可以附：{names}。请从中选择。"


class StopFirst(Refusal):
    """The violation is still going on, and the rulebook wants it stopped, or ordered to stop, before it is referred."""

    code = "REFERRAL_STOP_FIRST"
    en = "The violation is still going on. Order it to stop, or stop it, and record that first (source: {source})."
    zh = "违法行为仍在进行，请先责令停止或者制止并登记（依据：{source}）。"


class DirectionForbidden(Refusal):
    """The place's rulebook knows no referrals between bodies of these kinds in this direction."""

    code = "REFERRAL_DIRECTION_FORBIDDEN"
    en = (
        "The county's rules know no referrals from {sender} to {addressee} (source: {source}). Choose "
        "another addressee."
    )
    zh = "本县规则没有由{sender}向{addressee}移送案件的规定（依据：{source}）。请另选接收单位。"


class ExtensionForbidden(Refusal):
    """The place's rulebook knows no longer limit for sending."""

    code = "REFERRAL_EXTENSION_FORBIDDEN"
    en = "The county's rules do not admit a longer limit for sending (source: {source}). Send it within the limit."
    zh = "本县规则未规定移送期限可以延长（依据：{source}）。请在期限内移送。"


class SuspensionForbidden(Refusal):
    """The place's rulebook knows no standing still, or not on this ground."""

    code = "REFERRAL_SUSPENSION_FORBIDDEN"
    en = "The county's rules let no limit stand still for this (source: {source}). Do it within the limit."
    zh = "本县规则未规定可因此中止计算期限（依据：{source}）。请在期限内办理。"


class SuspendedAlready(Refusal):
    """The receiver's limits stand still already."""

    code = "REFERRAL_SUSPENDED_ALREADY"
    en = "The limits stand still already, because of {ground}. Read the record, or let them go on first."
    zh = "期限已因{ground_zh}中止计算，请先恢复计算。"


class NotSuspended(Refusal):
    """Nothing of the receiver's stands still by its own act."""

    code = "REFERRAL_NOT_SUSPENDED"
    en = "No limit stands still by your act: go on within them."
    zh = "没有由本单位中止计算的期限，请在期限内继续办理。"


class NothingStandsStill(Refusal):
    """None of the limits that may stand still is running."""

    code = "REFERRAL_NOTHING_STANDS_STILL"
    en = "Of the limits that may stand still none is running, or it has run out (source: {source}). Read which are owed, and go on."
    zh = "可以中止计算的期限均未在计算或者已经届满（依据：{source}），请核对在办期限并尽快办理。"


class PriorNoticeGiven(Refusal):
    """The other body was told until when the case would come; to whom and when are settled by that."""

    code = "REFERRAL_PRIOR_NOTICE_GIVEN"
    en = (
        "The other body was told that this case would come later, so its addressee and the day of finding stand. "
        "Discard this draft and begin another."
    )
    zh = "已事先告知对方延长移送，接收单位和发现日期不能再改；如需更改，请删除草稿后重新起草。"


class NotUrgentlyExtended(Refusal):
    """What cannot wait is not extended."""

    code = "REFERRAL_URGENT_NOT_EXTENDED"
    en = "This referral is urgent; its limit cannot be extended. Send it now."
    zh = "该移送件情况紧急，移送期限不能延长。请尽快移送。"


class PassingOnForbidden(Refusal):
    """The place's rulebook does not let a receiver refer the matter onward."""

    code = "REFERRAL_PASSING_ON_FORBIDDEN"
    en = (
        "The county's rules do not let a receiver refer a case onward. If it is not yours, doubt your competence "
        "(source: {source})."
    )
    zh = "本县规则不允许接收单位再行移送。认为不属于本单位管辖的，请提出管辖异议（依据：{source}）。"


class PassedBack(Refusal):
    """Passing on to the very body that referred the matter is returning it."""

    code = "REFERRAL_PASSED_BACK"
    en = "A case is not passed on to the body that referred it: return it."
    zh = "不能将案件再移送给原移送单位，请办理退回。"


class OnwardOpen(Refusal):
    """The matter was passed on, and the letter that did so was neither returned, withdrawn nor discarded: one case, one body."""

    code = "REFERRAL_ONWARD_OPEN"
    en = "This case was passed on and is with the third body. Withdraw or discard that letter first."
    zh = "该案件已经转送第三方，请先撤回或者删除转送的移送函。"


class NothingSupplied(Refusal):
    """Material was asked for; neither was any attached, nor was anything said."""

    code = "REFERRAL_NOTHING_SUPPLIED"
    en = "Attach the material that was asked for, or say why it cannot be supplied."
    zh = "请附上所要求的材料，或者说明不能补充的理由。"


class HandedOver(Refusal):
    """What the receiver has already been handed cannot be taken away again."""

    code = "REFERRAL_MATERIAL_HANDED_OVER"
    en = "The receiver has this material already; it can only be added to. Attach what supplements it."
    zh = "该材料已移交接收单位，只能补充，不能撤下。请另附补充材料。"


class EffectiveInTheFuture(Refusal):
    """A decision is reported once it is served."""

    code = "REFERRAL_DECISION_IN_THE_FUTURE"
    en = "The decision cannot have been served, or the matter ended, on {day}: that day has not come. Check the day."
    zh = "决定送达或者终结办理的日期{day}尚未到来，请核对。"


class EffectiveBeforeAcceptance(Refusal):
    """A matter was decided before it was the receiver's."""

    code = "REFERRAL_DECISION_TOO_EARLY"
    en = "The matter was accepted on {accepted}; it cannot have been decided on {day}. Check the day."
    zh = "该案件于{accepted}接收，不可能在{day}已经办结，请核对日期。"


class StoppedInTheFuture(Refusal):
    """A stop that has not happened is not recorded."""

    code = "REFERRAL_STOP_IN_THE_FUTURE"
    en = "What was done about the violation cannot lie in the future. Check the time."
    zh = "制止时间不能晚于当前时间，请核对。"


class UrgentOnAnotherDay(Refusal):
    """The instant from which the urgent limit runs lies on the day of finding, and has come."""

    code = "REFERRAL_URGENT_ON_ANOTHER_DAY"
    en = "The hour of finding must lie on the day of finding, and not in the future. Check both."
    zh = "紧急情形的发现时刻应当在发现日期当日，且不能晚于当前时间，请核对。"


class QuantityNotPositive(Refusal):
    """An article comes in some quantity."""

    code = "REFERRAL_ARTICLE_QUANTITY"
    en = "The quantity of an article must be more than nothing. Correct it."
    zh = "涉案物品数量应当大于零，请更正。"


class ProceedsNegative(Refusal):
    """A disposal brings nothing at the least."""

    code = "REFERRAL_PROCEEDS_NEGATIVE"
    en = "The proceeds of a disposal cannot be less than nothing. Enter 0 or more."
    zh = "处置所得不能为负数，请更正。"


class ProceedsWithoutDisposal(Refusal):
    """Proceeds come of a disposal."""

    code = "REFERRAL_PROCEEDS_WITHOUT_DISPOSAL"
    en = "Proceeds come from a disposal: give the day on which the article was disposed of."
    zh = "有变卖所得的，应当填写先行处置的日期。"


class DisposedInTheFuture(Refusal):
    """A disposal that has not happened is not listed."""

    code = "REFERRAL_DISPOSED_IN_THE_FUTURE"
    en = "The article cannot have been disposed of on {day}: that day has not come. Check the day."
    zh = "先行处置日期{day}尚未到来，请核对。"


class CertificateStops(Refusal):
    """Whoever would enforce has a certificate that entitles to nothing now."""

    code = "REFERRAL_CERTIFICATE_STOPS"
    en = (
        "Your enforcement certificate {number} is {state}, so you take no enforcement step. Ask its issuer about it, and "
        "a certified colleague to do this."
    )
    zh = "您的行政执法证（{number}）{state_zh}，不得从事执法活动。请联系发证单位，本事项请交由持有有效证件的人员办理。"


class NotAnEmpoweredItem(Refusal):
    """A seconded officer would act for the host on something that the home did not empower it with."""

    code = "REFERRAL_NOT_AN_EMPOWERED_ITEM"
    en = (
        "Officers of {home} act for {host} only on items of {home} that {host} was empowered with ({source}); {item} is "
        "none. Ask an officer of {host} itself to do this."
    )
    zh = "{home}下沉人员代表{host}执法，只限于{home}赋予{host}的事项（{source}），{item}不在其中。请交由{host}本单位人员办理。"
