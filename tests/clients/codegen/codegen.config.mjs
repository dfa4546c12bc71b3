/** What @graphql-codegen makes of our schema and a front end's documents: their types, and the manifest of both. */

export default {
  schema: "../../schema.graphql",
  documents: ["codegen/desk.ts"],
  generates: {
    "codegen/generated/": {
      preset: "client",
      presetConfig: { persistedDocuments: { hashAlgorithm: "sha256" } },
      config: {
        documentMode: "string",
        strictScalars: true, // a scalar of which a front end knows nothing is not to be guessed at
        scalars: { BigInt: "number", Date: "string", DateTime: "string" },
      },
    },
  },
};
