/**
 * A letter on its way: the county's enforcement bureau writes to Kunyang town, as the README does by hand.
 *
 * What a client is to hear of must be done by other people, past that client.
 */

import { randomBytes } from "node:crypto";

import { ADDRESS, asked, signedIn } from "./platform.mjs";

export const ITEM = "330217125000";
const REQUIRED = ["SOURCE", "IDENTITY", "EVIDENCE"];
const REFERRAL = "referral { id version state letterNumber } userErrors { code message field }";

/** Today in the county. */
export const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

/** The global id of a body of the county. */
export async function body(who, code) {
  const { organisations } = await asked(who, "{ organisations(first: 100) { edges { node { id code } } } }");
  return organisations.edges.find(({ node }) => node.code === code).node.id;
}

/** What a letter to Kunyang must say. */
export async function letter(who, said = {}) {
  return {
    addresseeId: await body(who, "kunyang"),
    foundOn: today(),
    party: "某某运输有限公司",
    place: "昆阳镇通福路",
    facts: "货车装载散落渣土。",
    itemCode: ITEM,
    legalBasis: "浙江省城市市容和环境卫生管理条例",
    ...said,
  };
}

/** Letters that are only begun, as many as are wanted, the last one begun first. Nobody else uses their one word. */
export async function begun(howMany) {
  const officer = await known("zonghe.officer");
  const word = `测试${randomBytes(6).toString("hex")}`;
  const drafts = [];
  for (let number = 1; number <= howMany; number += 1) {
    drafts.unshift(await done(officer, "draftReferral", "DraftReferralInput", await letter(officer, { party: `${word} ${number}` })));
  }
  return { word, ids: drafts.map(({ id }) => id), drafts };
}

/** A draft with everything that is required. */
export async function drafted(said = {}) {
  const officer = await known("zonghe.officer");
  let referral = await done(officer, "draftReferral", "DraftReferralInput", await letter(officer, said));
  for (const kind of REQUIRED) {
    const fileId = await uploaded(officer);
    referral = await done(officer, "attachMaterial", "AttachMaterialInput", { ...which(referral), fileId, kind, title: kind });
  }
  return referral;
}

/** A letter that was approved and sent, and of which the town has been told: no news of it comes any later. */
export async function sent(said = {}) {
  const draft = await drafted(said);
  const submitted = await done(await known("zonghe.officer"), "submitReferral", "SubmitReferralInput", which(draft));
  const approved = await done(await known("zonghe.head"), "approveReferral", "ReferralInput", which(submitted));
  const referral = await done(await known("zonghe.registrar"), "sendReferral", "SendReferralInput", which(approved));
  const town = await known("kunyang.head");
  for (;;) {
    const { notifications } = await asked(town, "{ notifications(first: 5) { edges { node { subject { id } } } } }");
    if (notifications.edges.some(({ node }) => node.subject?.id === referral.id)) return referral;
    await new Promise((again) => setTimeout(again, 100));
  }
}

/** The part of an input that says which referral, as it was last seen. */
export const which = ({ id, version }) => ({ referralId: id, expectedVersion: version });

/** Carry out an act that must go well, and return the referral. */
export async function done(who, act, type, input) {
  const { [act]: payload } = await asked(who, `mutation ($input: ${type}!) { ${act}(input: $input) { ${REFERRAL} } }`, { input });
  if (payload.userErrors.length) throw new Error(`${act}: ${JSON.stringify(payload.userErrors)}`);
  return payload.referral;
}

const signIns = new Map();

/** Somebody who signs in once and stays signed in. */
export function known(login) {
  if (!signIns.has(login)) signIns.set(login, signedIn(login));
  return signIns.get(login);
}

async function uploaded({ headers }) {
  const response = await fetch(`${ADDRESS}/files`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/pdf", "X-File-Name": "evidence.pdf" },
    body: "%PDF-1.4\nA photograph would be here.\n",
  });
  return (await response.json()).id;
}
