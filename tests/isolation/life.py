"""A county's ordinary life through its front ends: referrals drafted, sent, accepted, returned, withdrawn; lists of
materials agreed and ended; liaison officers named and succeeded; alerts and supervision notes sent and answered. Referrals go as far as they can: asked about, doubted, passed on,
decided, concluded.

Every text that people write is a canary, and every answer is looked through like any other. What comes of it is what
the questions of the other tests find: matters in all states, with materials, contents, deadlines and notices.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from api.identifiers import global_id
from tests.isolation.asking import Supply, act, first
from tests.isolation.canaries import NUMBERS, canary
from tests.isolation.ground import Acting, Ground
from tests.isolation.watching import Watch

REQUIRED = ("SOURCE", "IDENTITY", "EVIDENCE")

CONTENTS: dict[str, str] = {}
"""What stands in each uploaded file: its canary, by global id."""


@dataclass
class Life:
    """What people do at their desks."""

    watch: Watch
    ground: Ground
    tonight: list[dict[str, Any]] = field(default_factory=list)
    """Who is on duty tonight, which is recorded once it is over."""

    def do(self, who: str | Acting, mutation: str, **given: Any) -> dict[str, Any]:
        """Carry out one act that must succeed. The object that it is about, as its payload shows it."""
        acting = self.ground.of(who) if isinstance(who, str) else who
        answer = self.watch.ask(acting, act(self.watch.schema, Supply({}), first, mutation, given, depth=2))
        payload = answer.body["data"][mutation]
        assert payload["userErrors"] == [], (mutation, payload["userErrors"])
        return next((value for value in payload.values() if isinstance(value, dict)), payload)

    def upload(self, who: str) -> str:
        """Upload a file whose name and contents are canaries. Its id."""
        word = canary()
        answer = self.watch.upload(self.ground.of(who), f"{canary()}.pdf", f"%PDF-1.7\n{word}\n".encode())
        assert answer.status == 201, answer.text
        named: str = answer.body["id"]
        CONTENTS[named] = word
        return named

    def draft(
        self, who: str = "zhou@transport", to: str = "kunyang", *, complete: bool = True, **given: Any
    ) -> dict[str, Any]:
        """Begin a referral, with its materials."""
        addressee = global_id("Organisation", self.ground.here.bodies[to])
        texts = {name: canary() for name in ("party", "place", "facts", "itemCode", "legalBasis")}
        said = texts | given
        draft = self.do(who, "draftReferral", addresseeId=addressee, foundOn="2026-03-09", **said)
        for kind in REQUIRED if complete else ():
            draft = self.attach(who, draft, kind)
        return draft

    def attach(self, who: str, referral: dict[str, Any], kind: str) -> dict[str, Any]:
        """Attach a fresh upload."""
        return self.on(who, "attachMaterial", referral, fileId=self.upload(who), kind=kind, title=canary())

    def on(self, who: str, mutation: str, referral: dict[str, Any], **given: Any) -> dict[str, Any]:
        """One act on a referral as it is now."""
        return self.do(who, mutation, referralId=referral["id"], expectedVersion=referral["version"], **given)

    def approved(self) -> dict[str, Any]:
        """A letter of transport's that can go out."""
        draft = self.on("zhou@transport", "submitReferral", self.draft())
        return self.on("lin@transport", "approveReferral", draft)

    def sent(self) -> dict[str, Any]:
        """A letter on its way to kunyang."""
        return self.on("tang@transport", "sendReferral", self.approved())

    def taken_in(self) -> dict[str, Any]:
        """A letter on kunyang's desk."""
        return self.on("xu@kunyang", "takeInReferral", self.sent())

    def goes_on(self) -> None:
        """Everything that can become of a referral, once; then a month passes."""
        everything = self.attach("zhou@transport", self.draft(), "OTHER")
        extra = everything["materials"][-1]["id"]
        everything = self.on("zhou@transport", "detachMaterial", everything, materialId=extra)
        everything = self.on("zhou@transport", "reviseReferral", everything, facts=canary())
        everything = self.on("zhou@transport", "submitReferral", everything)
        everything = self.on("lin@transport", "rejectReferral", everything, reason=canary())
        everything = self.on("zhou@transport", "submitReferral", everything)
        everything = self.on("lin@transport", "approveReferral", everything)
        everything = self.on("tang@transport", "sendReferral", everything)
        everything = self.on("xu@kunyang", "takeInReferral", everything)
        self.on("gao@kunyang", "acceptReferral", everything)
        self.on("gao@kunyang", "returnReferral", self.taken_in(), reasons=canary())
        self.on("lin@transport", "withdrawReferral", self.sent(), reason=canary())
        self.sent()
        self.draft()
        self.draft("chen@kunyang", "transport")
        self.draft("guan@agriculture", "aojiang", complete=False)
        self.on("zhou@transport", "discardReferral", self.draft(complete=False))
        self._more_is_said_before_sending()
        self._material_is_asked_for()
        self._an_appraisal_is_out()
        self._competence_is_doubted()
        self._somebody_handles_it()
        self._what_was_accepted_comes_to_its_end()
        self._lists_are_agreed()
        self._liaison_officers_come_and_go()
        self._others_are_alerted()
        self._somebody_stands_in()
        self._people_are_away()
        self._nights_are_planned()
        self._days_are_put_on_record()
        self._a_catalogue_is_published()
        self._people_come_and_go()
        self._an_officer_is_looked_into()
        self._numbers_come_on_record()
        for _ in range(2):
            export = self.do(
                "gao@kunyang",
                "requestExport",
                ledger={"referrals": {"box": "RECEIVED", "filter": {"open": True}, "sort": "DUE"}},
            )
        self.do("gao@kunyang", "cancelExport", exportId=export["id"])
        self.watch.backstage.relay(self.ground)
        self._everybody_reads_a_notice()

    def _more_is_said_before_sending(self) -> None:
        """Articles listed and struck, a violation stopped, more time taken; then a note by either side."""
        going_on = self.listed(
            "zhou@transport", self.draft(ongoing=True), disposedOn="2026-03-10", proceeds=70
        )
        going_on = self.listed("zhou@transport", going_on)
        struck = going_on["articles"][-1]["id"]
        going_on = self.on("zhou@transport", "strikeArticle", going_on, articleId=struck)
        going_on = self.on(
            "zhou@transport", "recordStop", going_on, stop="ORDERED", at="2026-03-10T00:30:00Z", note=canary()
        )
        going_on = self.on("lin@transport", "extendSending", going_on, by=2, reason=canary())
        going_on = self.on("zhou@transport", "submitReferral", going_on)
        going_on = self.on("lin@transport", "approveReferral", going_on)
        going_on = self.on("tang@transport", "sendReferral", going_on)
        for who in ("zhou@transport", "xu@kunyang"):
            self.do(who, "noteReferral", referralId=going_on["id"], text=canary())
        self.draft(complete=False, urgentFoundAt="2026-03-09T01:00:00Z")
        later = self.draft(complete=False)
        self.on("lin@transport", "extendSending", later, by=1, reason=canary())

    def _somebody_handles_it(self) -> None:
        unit = global_id("Unit", self.ground.here.units["kunyang"])
        sent = self.sent()
        self.do("gao@kunyang", "giveReferral", referralId=sent["id"], unitId=unit)
        self.do("chen@kunyang", "claimReferral", referralId=sent["id"])
        self.do("chen@kunyang", "releaseReferral", referralId=sent["id"])
        self.do("zhou@kunyang", "claimReferral", referralId=sent["id"])
        self.do("zhou@transport", "claimReferral", referralId=sent["id"])

    def _somebody_stands_in(self) -> None:
        """Appointed for days to come, so that everybody's rights stay as they are; one of the two is called off."""
        posts = {
            who: global_id("Post", self.ground.here[who].capacities["kunyang"])
            for who in ("gao", "chen", "xu")
        }
        for first_day, ended in (("2027-03-01", False), ("2027-04-01", True)):
            substitution = self.do(
                "gao@kunyang",
                "appointSubstitute",
                absentId=posts["xu"],
                substituteId=posts["chen"],
                firstDay=first_day,
                lastDay="2027-03-31" if not ended else "2027-04-30",
                reason=canary(),
            )
            if ended:
                self.do(
                    "gao@kunyang",
                    "endSubstitution",
                    substitutionId=substitution["id"],
                    expectedVersion=substitution["version"],
                )

    def of_leave(self, who: str, mutation: str, request: dict[str, Any], **given: Any) -> dict[str, Any]:
        """One act on a request for leave as it is now."""
        return self.do(
            who, mutation, leaveRequestId=request["id"], expectedVersion=request["version"], **given
        )

    def asked(self, who: str, day: int, kind: str = "SICK") -> dict[str, Any]:
        """Leave for a day of June, asked for with a reason that is nobody else's to read."""
        days = {"firstDay": f"2026-06-{day:02}", "lastDay": f"2026-06-{day:02}"}
        return self.do(who, "askForLeave", kind=kind, reason=canary(), **days)

    def _people_are_away(self) -> None:
        """Of whoever is seconded and of whoever is not: asked, approved, refused, withdrawn, cancelled."""
        self.of_leave("gao@kunyang", "approveLeave", self.asked("zhou@kunyang", 1))
        approved = self.of_leave("gao@kunyang", "approveLeave", self.asked("zhou@kunyang", 2))
        self.of_leave("zhou@kunyang", "cancelLeave", approved)
        self.of_leave(
            "gao@kunyang", "refuseLeave", self.asked("chen@kunyang", 3, "PERSONAL"), reason=canary()
        )
        self.of_leave("zhou@transport", "withdrawLeave", self.asked("zhou@transport", 4))
        # Asked for afterwards, for the day about which everybody is asked.
        yesterday = {"firstDay": "2026-03-09", "lastDay": "2026-03-09"}
        ill = self.do("xu@kunyang", "askForLeave", kind="SICK", reason=canary(), **yesterday)
        self.of_leave("gao@kunyang", "approveLeave", ill)
        self.asked("zhou@kunyang", 8)
        self.asked("lin@transport", 9)

    def night(self, who: str, *, day: str, by: str = "gao@kunyang") -> dict[str, Any]:
        """A night of somebody's."""
        person = global_id("Person", self.ground.here[who].person_id)
        return self.do(by, "planNightDuty", day=day, people=[person])

    def _nights_are_planned(self) -> None:
        """Planned, taken off, swapped in every way; who was there is recorded after a month (`a_month_passes`)."""
        for day, verbs in (
            ("2026-05-11", (("zhou@kunyang", "acceptNightDutySwap"), ("xu@kunyang", "confirmNightDutySwap"))),
            ("2026-05-13", (("zhou@kunyang", "declineNightDutySwap"),)),
            ("2026-05-18", (("chen@kunyang", "withdrawNightDutySwap"),)),
            ("2026-05-20", (("zhou@kunyang", "acceptNightDutySwap"),)),
            ("2026-05-25", ()),
        ):
            after = f"{day[:-2]}{int(day[-2:]) + 1}"
            swap = self.do(
                "chen@kunyang",
                "proposeNightDutySwap",
                nightDutyId=self.night("chen", day=day)["id"],
                otherNightDutyId=self.night("zhou", day=after)["id"],
            )
            for who, verb in verbs:
                swap = self.do(who, verb, nightDutySwapId=swap["id"], expectedVersion=swap["version"])
        off = self.night("zhou", day="2026-05-29")
        self.do(
            "gao@kunyang",
            "takeOffNightDuty",
            nightDutyId=off["id"],
            expectedVersion=off["version"],
            reason=canary(),
        )
        self.tonight = [self.night(who, day="2026-03-10") for who in ("chen", "zhou")]
        self.night("lin", day="2026-05-11", by="lin@transport")

    def _days_are_put_on_record(self) -> None:
        person = {who: global_id("Person", self.ground.here[who].person_id) for who in ("chen", "zhou")}
        for day in ("2026-03-09", "2026-03-10"):
            entry = self.do(
                "gao@kunyang",
                "recordAttendance",
                day=day,
                people=[
                    {"personId": person["zhou"], "mark": "ABSENT", "note": canary()},
                    {"personId": person["chen"], "mark": "PRESENT"},
                ],
            )
        self.do(
            "xu@kunyang",
            "correctAttendance",
            attendanceEntryId=entry["id"],
            mark="LATE",
            reason=canary(),
            note=canary(),
        )

    def listed(self, who: str, referral: dict[str, Any], **given: Any) -> dict[str, Any]:
        """List an article."""
        texts = {name: canary() for name in ("name", "unit", "note")}
        return self.on(who, "listArticle", referral, quantity=3, **texts, **given)

    def verified(self, finding: str = "FIT") -> dict[str, Any]:
        """A letter of which kunyang's head knows what verifying found."""
        return self.on("chen@kunyang", "verifyReferral", self.taken_in(), finding=finding, note=canary())

    def _material_is_asked_for(self) -> None:
        asked = self.on("chen@kunyang", "askForMaterial", self.verified("INCOMPLETE"), asked=canary())
        asked = self.attach("zhou@transport", asked, "TESTS")
        asked = self.on(
            "zhou@transport", "supplyMaterial", self.listed("zhou@transport", asked), note=canary()
        )
        self.on("chen@kunyang", "verifyReferral", asked, finding="UNFIT", note=canary())
        waiting = self.on("chen@kunyang", "askForMaterial", self.taken_in(), asked=canary())
        # What was not handed over when the answer came stays the sender's.
        waiting = self.listed("zhou@transport", self.attach("zhou@transport", waiting, "TESTS"))
        self.on("gao@kunyang", "acceptReferral", waiting)
        open_ = self.on("chen@kunyang", "askForMaterial", self.taken_in(), asked=canary())
        self.attach("zhou@transport", open_, "TESTS")

    def _an_appraisal_is_out(self) -> None:
        for ended in (True, False):
            out = self.on("chen@kunyang", "suspendReferral", self.taken_in(), ground="TESTING", note=canary())
            if ended:
                self.on("chen@kunyang", "resumeReferral", out, note=canary())

    def _competence_is_doubted(self) -> None:
        self.on("gao@kunyang", "doubtCompetence", self.verified(), reason=canary())
        for competent in (True, False):
            doubted = self.on("gao@kunyang", "doubtCompetence", self.taken_in(), reason=canary())
            self.on("gao@kunyang", "settleCompetence", doubted, competent=competent, basis=canary())

    def _what_was_accepted_comes_to_its_end(self) -> None:
        third = global_id("Organisation", self.ground.here.bodies["aojiang"])
        passed_on = self.on("gao@kunyang", "passOnReferral", self.verified(), addresseeId=third)
        self.on("chen@kunyang", "discardReferral", passed_on["onward"][0])
        self.on("gao@kunyang", "acceptReferral", passed_on)
        going_on = self.on("gao@kunyang", "passOnReferral", self.taken_in(), addresseeId=third)
        going_on = self.on("chen@kunyang", "reportProgress", going_on, progress=canary())
        for ended in (going_on, self.on("gao@kunyang", "acceptReferral", self.taken_in())):
            decided = self.on(
                "chen@kunyang",
                "recordDecision",
                ended,
                decision="PENALTY",
                effectiveOn="2026-03-10",
                note=canary(),
            )
            self.on("gao@kunyang", "tellOutcome", decided, outcome=canary())

    def a_month_passes(self) -> None:
        """Every clock rings as far as it goes."""
        for _ in range(5):
            self.watch.composition.clock.advance(timedelta(days=8))
            self.watch.backstage.fire(self.ground)
        for duty, attended in zip(self.tonight, (True, False), strict=True):
            self.do(
                "gao@kunyang",
                "recordNightDuty",
                nightDutyId=duty["id"],
                expectedVersion=duty["version"],
                attended=attended,
                note=canary(),
            )
        self.watch.backstage.relay(self.ground)

    def propose(self, who: str = "lin@transport", to: str = "kunyang") -> dict[str, Any]:
        """Propose a list of materials."""
        materials = [
            {"kind": kind, "need": need, "name": canary()}
            for kind, need in (("LETTER", "REQUIRED"), ("EVIDENCE", "IF_ANY"))
        ]
        return self.do(
            who,
            "proposeAgreement",
            addresseeId=global_id("Organisation", self.ground.here.bodies[to]),
            itemCode=canary(),
            since="2026-03-11",
            materials=materials,
        )

    def about(self, who: str, mutation: str, agreement: dict[str, Any], **given: Any) -> dict[str, Any]:
        """One act on an agreement as it is now."""
        return self.do(
            who, mutation, agreementId=agreement["id"], expectedVersion=agreement["version"], **given
        )

    def _lists_are_agreed(self) -> None:
        self.about("gao@kunyang", "declineAgreement", self.propose(), reasons=canary())
        self.about("lin@transport", "withdrawAgreement", self.propose())
        agreed = self.about("gao@kunyang", "confirmAgreement", self.propose())
        self.about("lin@transport", "endAgreement", agreed, endsOn="2026-04-01")
        self.about("lin@transport", "confirmAgreement", self.propose("gao@kunyang", "transport"))
        self.propose("huang@agriculture", "aojiang")

    def _liaison_officers_come_and_go(self) -> None:
        bodies, units = self.ground.here.bodies, self.ground.here.units
        of = {key: global_id("Person", each.person_id) for key, each in self.ground.here.people.items()}

        def unit(body: str) -> dict[str, str]:
            return {"unitId": global_id("Unit", units[body]), "since": "2026-03-10"}

        def named(who: str, officer: str, for_: str) -> dict[str, Any]:
            counterpart = global_id("Organisation", bodies[for_])
            given = {"counterpartId": counterpart, "personId": of[officer]}
            return self.do(who, "nameLiaison", **given, **unit(who.partition("@")[2]))

        def which(entry: dict[str, Any]) -> dict[str, Any]:
            return {"liaisonId": entry["id"], "expectedVersion": entry["version"]}

        first = named("lin@transport", "zhou", "kunyang")
        successor = {"personId": of["tang"], "handover": canary()}
        self.do("lin@transport", "replaceLiaison", **which(first), **successor, **unit("transport"))
        ended = named("lin@transport", "lin", "kunyang")
        self.do("lin@transport", "endLiaison", **which(ended), endsOn="2026-03-10", reason=canary())
        named("gao@kunyang", "zhou", "transport")
        named("huang@agriculture", "zheng", "aojiang")

    def alert(self, who: str = "zhou@transport", *to: str) -> dict[str, Any]:
        """Write an alert, to these bodies."""
        bodies = [self.ground.here.bodies[each] for each in to or ("agriculture", "kunyang")]
        texts = {name: canary() for name in ("subject", "facts", "place", "itemCode")}
        addressees = [global_id("Organisation", each) for each in bodies]
        return self.do(who, "draftAlert", kind="HAZARD", addresseeIds=addressees, **texts)

    def of_alert(self, who: str, mutation: str, alert: dict[str, Any], **given: Any) -> dict[str, Any]:
        """One act on an alert as it is now."""
        return self.do(who, mutation, alertId=alert["id"], expectedVersion=alert["version"], **given)

    def of_notice(self, who: str, mutation: str, notice: dict[str, Any], **given: Any) -> dict[str, Any]:
        """One act on a notice as it is now."""
        return self.do(who, mutation, alertNoticeId=notice["id"], expectedVersion=notice["version"], **given)

    def _others_are_alerted(self) -> None:
        alert = self.of_alert("zhou@transport", "reviseAlert", self.alert(), facts=canary())
        alert = self.of_alert("lin@transport", "sendAlert", alert)
        theirs, towns = alert["notices"]
        self.of_notice("zheng@agriculture", "acknowledgeAlert", theirs)
        taken = self.of_notice("xu@kunyang", "acknowledgeAlert", towns)
        self.of_notice(
            "gao@kunyang",
            "answerAlert",
            taken,
            answer="JOINT_MEETING",
            text=canary(),
            meetingOn="2026-03-12",
        )
        self.of_alert("zhou@transport", "discardAlert", self.alert())
        self.alert()
        self.of_alert("gao@kunyang", "sendAlert", self.alert("chen@kunyang", "transport", "aojiang"))

    def _numbers_come_on_record(self) -> None:
        """Of people of two bodies; some are replaced, looked for, revealed, removed."""
        people = self.ground.here.people
        for who, key in (("tang@transport", "lin"), ("lin@transport", "tang"), ("xu@kunyang", "chen")):
            for kind, value in NUMBERS.items():
                entry = self.do(
                    who,
                    "recordPersonalData",
                    personId=global_id("Person", people[key].person_id),
                    kind=kind,
                    value=value,
                )
        which = {"entryId": entry["id"], "expectedVersion": entry["version"]}
        self.do("gao@kunyang", "revealPersonalData", **which, reason=canary())
        self.do("gao@kunyang", "findPersonalData", kind="TELEPHONE", value=NUMBERS["TELEPHONE"])
        replaced = self.do("xu@kunyang", "replacePersonalData", **which, value="0577-63720000")
        again = {"entryId": replaced["id"], "expectedVersion": replaced["version"]}
        self.do("xu@kunyang", "removePersonalData", **again)

    def _a_catalogue_is_published(self) -> None:
        bodies = {code: global_id("Organisation", body) for code, body in self.ground.here.bodies.items()}
        code = canary()
        item = self.do(
            "wu@coordination",
            "publishItem",
            code=code,
            departmentId=bodies["transport"],
            powers=["PENALTY", "INSPECTION"],
            bands=[{"name": canary(), "least": 0, "most": 1000}],
            since="2024-01-01",
            **{name: canary() for name in ("name", "field", "establishingBasis", "punishingBasis")},
        )
        self.do(
            "wu@coordination",
            "publishDuty",
            organisationId=bodies["agriculture"],
            since="2024-01-01",
            **{name: canary() for name in ("code", "matter", "basis")},
        )
        joined = self.do("wu@coordination", "publishTownshipClass", code=canary(), name=canary())
        self.do(
            "wu@coordination",
            "classifyTownship",
            townshipId=bodies["kunyang"],
            classId=joined["id"],
            since="2024-01-01",
        )
        notice = self.do(
            "wu@coordination",
            "empower",
            number=canary(),
            title=canary(),
            since="2024-01-01",
            classId=joined["id"],
            items=[{"itemId": item["id"], "powers": ["PENALTY"]}],
        )
        self.do("gao@kunyang", "signEmpowerment", empowermentId=notice["id"])
        self._what_was_empowered_is_supervised(notice, item)
        self.do(
            "wu@coordination",
            "recallEmpowerment",
            empowermentId=notice["id"],
            townshipId=bodies["kunyang"],
            itemIds=[item["id"]],
            since="2026-12-01",
            reasons=canary(),
        )
        agreement = self.do(
            "lin@transport",
            "entrust",
            itemId=item["id"],
            townshipId=bodies["aojiang"],
            powers=["INSPECTION"],
            since="2026-03-10",
            until="2027-03-10",
            **{name: canary() for name in ("basis", "duties", "number")},
        )
        self.do(
            "lin@transport",
            "endEntrustment",
            entrustmentId=agreement["id"],
            endsOn="2026-12-01",
            reasons=canary(),
        )
        self.do(
            "wu@coordination",
            "assessEmpowerment",
            empowermentId=notice["id"],
            townshipId=bodies["kunyang"],
            itemId=item["id"],
            finding="RECALL",
            report=canary(),
        )
        self.do("gao@kunyang", "claimPatrol", itemId=item["id"], times=2, per="MONTH", since="2026-03-10")
        self.do(
            "wu@coordination",
            "publishLeniency",
            itemId=item["id"],
            leniency="NO_PENALTY",
            since="2026-03-10",
            **{name: canary() for name in ("circumstances", "basis")},
        )
        # To the wrong department: whoever wrote it is warned, and nobody else.
        self.draft("chen@kunyang", "agriculture", complete=False, itemCode=code)

    def _people_come_and_go(self) -> None:
        here = self.ground.here
        unit = {"unitId": global_id("Unit", here.units["transport"])}
        aojiang, shuitou = (global_id("Organisation", here.bodies[each]) for each in ("aojiang", "shuitou"))
        came = [
            self.do(
                "tang@transport",
                "enterStaff",
                **unit,
                register="ENFORCEMENT",
                establishment="ENFORCEMENT",
                since="2026-03-01",
                **{name: canary() for name in ("name", "post", "rank")},
            )["person"]["id"]
            for _ in range(3)
        ]
        changed = self.do(
            "tang@transport",
            "changeStaff",
            personId=came[0],
            expectedVersion=1,
            since="2026-03-02",
            post=canary(),
        )
        of_old = [global_id("Person", here[each].person_id) for each in ("zhou", "lin", "tang")]
        for person in (*came, *of_old):
            self.do("tang@transport", "enterQualification", personId=person, qualifiedOn="2024-03-01")
        team = self.do(
            "tang@transport",
            "orderSecondment",
            mode="AREA_TEAM",
            orderNumber=canary(),
            people=[{"personId": each, "post": canary()} for each in came[:2]],
            hosts=[
                {"hostId": aojiang, "leaderId": came[0], "officerIds": [came[1]]},
                {"hostId": shuitou, "leaderId": came[1], "officerIds": [came[0]]},
            ],
            since="2026-03-10",
            until="2026-12-31",
        )
        extended = self.do(
            "tang@transport",
            "extendSecondment",
            secondmentId=team["id"],
            expectedVersion=team["version"],
            until="2027-12-31",
        )
        self.do(
            "tang@transport",
            "endSecondment",
            secondmentId=extended["id"],
            expectedVersion=extended["version"],
            endsOn="2026-03-10",
            reason=canary(),
        )
        self._co_managers_are_consulted()
        for person, *verbs in (
            (came[0], "withholdCertificate", "restoreCertificate", "cancelCertificate"),
            (came[1], "handInCertificate"),
            (came[2],),
            # He works in Kunyang, whose head may know of it.
            (global_id("Person", self.ground.here["zhou"].person_id),),
        ):
            certificate = self.do(
                "shen@justice",
                "issueCertificate",
                personId=person,
                number=canary(),
                issuedOn="2026-03-01",
                validUntil="2031-03-01",
            )
            for verb in verbs:
                certificate = self.do(
                    "tang@transport" if verb == "handInCertificate" else "shen@justice",
                    verb,
                    certificateId=certificate["id"],
                    expectedVersion=certificate["version"],
                    reason=canary(),
                )
        self.do(
            "tang@transport",
            "letStaffLeave",
            personId=came[0],
            expectedVersion=changed["version"],
            leavesOn="2026-03-10",
            reason=canary(),
        )

    def _an_officer_is_looked_into(self) -> None:
        """Zhou is looked into by the host, once to no end and once until a review; Guan by the home, which decides."""
        here = self.ground.here
        zhou, guan = (global_id("Secondment", here.secondments[each]) for each in ("zhou", "guan"))

        def opened(who: str, secondment: str, ground: str) -> dict[str, Any]:
            return self.do(
                who,
                "openDisciplinaryCase",
                secondmentId=secondment,
                ground=ground,
                occurredOn="2026-03-09",
                subject=canary(),
                facts=canary(),
            )

        def then(who: str, mutation: str, case: dict[str, Any], **given: Any) -> dict[str, Any]:
            return self.do(
                who, mutation, disciplinaryCaseId=case["id"], expectedVersion=case["version"], **given
            )

        head = "gao@kunyang"
        opened(head, zhou, "ABSENCE")
        case = then(head, "reviseDisciplinaryCase", opened(head, zhou, "FAILURE"), facts=canary())
        then(head, "dropDisciplinaryCase", case, reason=canary())
        case = opened("huang@agriculture", guan, "BREACH")
        then("huang@agriculture", "concludeDisciplinaryCase", case, finding=canary(), measure="REMINDER")
        case = opened(head, zhou, "FAILURE")
        case = then(head, "concludeDisciplinaryCase", case, finding=canary(), measure="CRITICISM")
        case = then("zhou@transport", "askDisciplinaryReview", case, reasons=canary())
        then(head, "reviewDisciplinaryCase", case, outcome="UPHELD", answer=canary())

    def proposed(self, kind: str, secondment: str, who: str = "tang@transport", **given: Any) -> Any:
        """Propose something about a seconded officer, from today on."""
        said = {"expectedVersion": given.pop("version", 1), "since": "2026-03-10", "ground": canary()}
        return self.do(who, "proposeConsultation", secondmentId=secondment, kind=kind, **said, **given)

    def of_consultation(self, who: str, mutation: str, asked: dict[str, Any], **given: Any) -> Any:
        """One act on a consultation as it is now."""
        return self.do(who, mutation, consultationId=asked["id"], expectedVersion=asked["version"], **given)

    def _co_managers_are_consulted(self) -> None:
        """About an officer who stays: lent or not, head of a team or not."""
        zhou = global_id("Secondment", self.ground.here.secondments["zhou"])
        borrower = {"bodyId": global_id("Organisation", self.ground.here.bodies["agriculture"])}
        loan = self.proposed("BORROWING", zhou, until="2026-06-30", **borrower)
        self.of_consultation("gao@kunyang", "answerConsultation", loan, answer="OBJECTS", reasons=canary())
        recall = self.proposed("RECALL", zhou)
        self.of_consultation("gao@kunyang", "answerConsultation", recall, answer="OPINION", reasons=canary())
        asked = self.proposed("APPOINTMENT", zhou, post=canary())
        agreed = self.of_consultation("gao@kunyang", "answerConsultation", asked, answer="AGREES")
        self.of_consultation("lin@transport", "carryOutConsultation", agreed)
        taken_back = self.proposed("REMOVAL", zhou, "lin@transport", post=canary())
        self.of_consultation("lin@transport", "withdrawConsultation", taken_back)
        self.proposed("APPOINTMENT", zhou, "gao@kunyang", post=canary())

    def note(self, who: str, to: str, notice: dict[str, Any], item: dict[str, Any], **given: Any) -> Any:
        """Write a supervision note about an item that was given."""
        texts = {name: canary() for name in ("subject", "facts", "request")}
        about = {"empowermentId": notice["id"], "itemId": item["id"], "aroseOn": "2026-03-10"}
        addressee = global_id("Organisation", self.ground.here.bodies[to])
        return self.do(who, "draftSupervisionNote", addresseeId=addressee, **about, **texts, **given)

    def of_note(self, who: str, mutation: str, note: dict[str, Any], **given: Any) -> dict[str, Any]:
        """One act on a supervision note as it is now."""
        return self.do(who, mutation, supervisionNoteId=note["id"], expectedVersion=note["version"], **given)

    def _what_was_empowered_is_supervised(self, notice: dict[str, Any], item: dict[str, Any]) -> None:
        def drafted(**given: Any) -> Any:
            said = {"kind": "CORRECTION_ORDER", "orderNumber": canary()} | given
            return self.note("zhou@transport", "kunyang", notice, item, **said)

        note = self.of_note("zhou@transport", "reviseSupervisionNote", drafted(), facts=canary())
        note = self.of_note("lin@transport", "sendSupervisionNote", note)
        note = self.of_note("xu@kunyang", "acknowledgeSupervisionNote", note)
        self.of_note("gao@kunyang", "answerSupervisionNote", note, text=canary())
        self.of_note("zhou@transport", "discardSupervisionNote", drafted())
        drafted()
        asked = self.note("chen@kunyang", "transport", notice, item, kind="TECHNICAL_SUPPORT")
        self.of_note("gao@kunyang", "sendSupervisionNote", asked)

    def _everybody_reads_a_notice(self) -> None:
        counties = (self.ground.here.county_id,)
        for each in self.watch.backstage.rows("notifications", *counties):
            reader = next(
                (who for who in self.ground.people if str(who.reader.capacity_id) == each.row["capacity_id"]),
                None,
            )
            if reader is not None and reader.name == "gao@kunyang":
                self.do(
                    reader, "markNotificationRead", notificationId=global_id("Notification", each.row["id"])
                )
