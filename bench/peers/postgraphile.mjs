// The peer in Node: PostGraphile over the same tables, as its schema comes from them.
//
// It logs in as the API does. Its transactions begin with the same opening call, to which token and post come as its
// `pgSettings`; so the same scope is set and the same row-level security holds. It knows no policies beyond it. Foreign
// keys that the tables do not have, it is told of by smart tags, which touch no database.
//
// node --require ./promises.cjs postgraphile.mjs     on PORT, over GONGGUAN_APP_DATABASE_URL

import { createHash } from "node:crypto";
import { createServer } from "node:http";

import { postgraphile } from "postgraphile";
import * as driver from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { jsonPgSmartTags } from "postgraphile/utils";

const { PORT, GONGGUAN_APP_DATABASE_URL } = process.env;

const OPEN = "select problem from open_scope($1, $2, now(), false)";

function createWithPgClient(options, variant) {
  const withPgClient = driver.createWithPgClient(options, variant);
  const opened = (who, ask) =>
    who === null
      ? withPgClient(null, ask)
      : withPgClient(null, (client) =>
          client.withTransaction(async (transaction) => {
            const { rows } = await transaction.query({
              name: "open",
              text: OPEN,
              values: [createHash("sha256").update(who.token).digest(), who.actingAs],
            });
            if (rows[0].problem !== null) throw new Error(rows[0].problem);
            return ask(transaction);
          }),
        );
  opened.release = () => withPgClient.release();
  return opened;
}

const service = driver.makePgService({
  connectionString: GONGGUAN_APP_DATABASE_URL,
  schemas: ["public"],
  poolConfig: { max: 10 },
  pgSettings: ({ node: { req } }) => ({
    token: req.headers.authorization.slice("Bearer ".length),
    actingAs: req.headers["x-acting-as"],
  }),
});

const key = (column, table, names) => `(county_id, ${column}) references ${table} (county_id, id)|${names}`;

const tags = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      "public.persons": {
        constraint: { fk_persons_county_id_home_id: { tags: { fieldName: "home" } } },
      },
      "public.referrals": {
        tags: { foreignKey: [key("drafted_by", "persons", "@fieldName drafter")] },
        constraint: {
          fk_referrals_county_id_from_id: { tags: { fieldName: "sender" } },
          fk_referrals_county_id_addressee_id: { tags: { fieldName: "receiver" } },
        },
      },
      "public.deadlines": {
        tags: { foreignKey: [key("subject_id", "referrals", "@foreignSimpleFieldName deadlinesList")] },
        attribute: { started_at: { tags: { behavior: "+orderBy" } } },
      },
      "public.referral_events": {
        tags: {
          foreignKey: [
            key("referral_id", "referrals", "@foreignSimpleFieldName eventsList"),
            key("by_person_id", "persons", "@fieldName byPerson"),
            key("by_tenant_id", "organisations", "@fieldName byOrganisation"),
          ],
        },
        attribute: { number: { tags: { behavior: "+orderBy" } } },
      },
    },
  },
});

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  pgServices: [{ ...service, adaptor: { ...driver, createWithPgClient } }],
  schema: { defaultBehavior: "+list" },
  grafast: { explain: false },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
});

const server = createServer();
server.keepAliveTimeout = 60_000;
await instance.createServ(grafserv).addTo(server);
if (process.argv.includes("--schema")) {
  const { printSchema } = await import("postgraphile/graphql");
  console.log(printSchema(await instance.getSchema()));
  process.exit(0);
}
await instance.getSchema();
server.listen(Number(PORT), "127.0.0.1");
