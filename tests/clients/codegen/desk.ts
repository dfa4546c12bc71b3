/**
 * A desk in TypeScript as a front end would have it: its documents, and what it does with their answers.
 *
 * The types come from the schema. `@ts-expect-error` marks what must not pass: if it does, the type check fails.
 * How a document travels is handed in; it has an id, so that its text need not.
 */

import { useFragment as shownAs, graphql } from "./generated";
import type { TypedDocumentString } from "./generated/graphql";

export interface Answer<Result> {
  data?: Result | null;
  errors?: { message: string; extensions: { code: string } }[];
}
export type Send = <Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
) => Promise<Answer<Result>>;

const SignIn = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { token userErrors { code message } }
  }
`);
const Row = graphql(`
  fragment Row on Referral { id version state foundOn sentAt sender { name } }
`);
const Begun = graphql(`
  query Begun($words: String, $first: Int!) {
    referrals(box: SENT, filter: { text: $words, states: [DRAFT] }, first: $first) {
      totalCount
      edges { node { ...Row } }
    }
  }
`);
const Discard = graphql(`
  mutation Discard($input: ReferralInput!) {
    discardReferral(input: $input) { userErrors { code field } }
  }
`);
export const News = graphql(`
  subscription News($after: String) {
    notifications(after: $after) { cursor notification { subject { __typename id } } }
  }
`);

/** The token of somebody who signs in. */
export async function signedIn(send: Send, login: string, password: string): Promise<string> {
  const { data } = await send(SignIn, { input: { login, password } });
  const token = data?.signIn?.token;
  if (!token) throw new Error(data?.signIn?.userErrors[0]?.message ?? "no answer");
  return token;
}

/** The drafts that hold these words, as a list shows them. */
export async function begun(send: Send, words: string): Promise<string[]> {
  const { data } = await send(Begun, { words, first: 10 });
  return (data?.referrals.edges ?? []).map(({ node }) => {
    // @ts-expect-error - what a fragment asked for belongs to who shows the fragment
    void node.version;
    const row = shownAs(Row, node);
    // @ts-expect-error - nobody asked for the receiver
    void row.receiver;
    const sentOn: string = row.sentAt?.slice(0, 10) ?? "not yet";
    return `${row.sender.name} ${row.state} ${sentOn} ${row.id}`;
  });
}

/** Give a draft up; what stood against it, if anything did. */
export async function discarded(send: Send, referralId: string, expectedVersion: number): Promise<string[]> {
  // @ts-expect-error - a version is a number
  void (() => send(Discard, { input: { referralId, expectedVersion: "1" } }));
  const { data } = await send(Discard, { input: { referralId, expectedVersion } });
  return (data?.discardReferral?.userErrors ?? []).map(({ code }) => code);
}
