/**
 * A register in React as a front end with Relay would have it: a list read from either end, rows that can be asked for
 * again, an act, and news. What a screen would show is handed to `show`.
 */

const { createElement } = require("react");
const {
  graphql,
  useLazyLoadQuery,
  useMutation,
  usePaginationFragment,
  useRefetchableFragment,
  useSubscription,
} = require("react-relay");

/** The register of letters in which these words stand; `last`: from its end. */
exports.Register = function Register({ words, first, last, show }) {
  const query = useLazyLoadQuery(
    graphql`
      query registerQuery($words: String!, $first: Int, $last: Int) {
        ...register_list @arguments(words: $words, first: $first, last: $last)
      }
    `,
    { words, first, last },
  );
  const list = usePaginationFragment(
    graphql`
      fragment register_list on Query
      @refetchable(queryName: "registerPageQuery")
      @argumentDefinitions(
        words: { type: "String!" }
        first: { type: "Int" }
        after: { type: "String" }
        last: { type: "Int" }
        before: { type: "String" }
      ) {
        referrals(
          box: SENT
          filter: { text: $words }
          sort: NEWEST
          first: $first
          after: $after
          last: $last
          before: $before
        ) @connection(key: "register_referrals", filters: ["box", "filter", "sort"]) {
          __id
          totalCount
          edges {
            node {
              id
              ...register_row
            }
          }
        }
      }
    `,
    query,
  );
  show("list", { ...list, ids: list.data.referrals.edges.map(({ node }) => node.id) });
  return list.data.referrals.edges.map(({ node }) =>
    createElement(Row, { key: node.id, referral: node, list: list.data.referrals.__id, show }),
  );
};

function Row({ referral, list, show }) {
  const [row, refetch] = useRefetchableFragment(
    graphql`
      fragment register_row on Referral @refetchable(queryName: "registerRowQuery") {
        id
        version
        state
        sender {
          name
        }
      }
    `,
    referral,
  );
  const [discard] = useMutation(graphql`
    mutation registerDiscardMutation($input: ReferralInput!, $lists: [ID!]!) {
      discardReferral(input: $input) {
        discardedReferralId @deleteEdge(connections: $lists)
        userErrors {
          code
          message
          field
        }
      }
    }
  `);
  const [revise] = useMutation(graphql`
    mutation registerReviseMutation($input: ReviseReferralInput!) {
      reviseReferral(input: $input) {
        referral {
          ...register_row
        }
        userErrors {
          code
        }
      }
    }
  `);
  const doing = (act, variables) =>
    new Promise((onCompleted, onError) => act({ variables, onCompleted, onError }));
  show(row.id, {
    ...row,
    refetch,
    discard: (expectedVersion) => doing(discard, { input: { referralId: row.id, expectedVersion }, lists: [list] }),
    revise: (facts) => doing(revise, { input: { referralId: row.id, expectedVersion: row.version, facts } }),
  });
  return row.state;
}

/** What comes into one's inbox. The letter that it is about lands in the same store as every other. */
exports.Inbox = function Inbox({ show }) {
  useSubscription({
    subscription: graphql`
      subscription registerNewsSubscription($after: String) {
        notifications(after: $after) {
          cursor
          notification {
            message
            subject {
              id
              ...register_row @alias(as: "letter")
            }
          }
        }
      }
    `,
    variables: {},
    onNext: ({ notifications }) => show("news", notifications),
  });
  return "inbox";
};

/** A letter by its global id. */
exports.Letter = function Letter({ id, show }) {
  const { node } = useLazyLoadQuery(
    graphql`
      query registerLetterQuery($id: ID!) {
        node(id: $id) {
          ...register_row @alias(as: "letter")
        }
      }
    `,
    { id },
  );
  return createElement(Row, { referral: node.letter, list: null, show });
};
