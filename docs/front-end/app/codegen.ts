/** From the platform's schema and the documents in this code: their types, their hashes, and the words of the screen. */

import type { CodegenConfig } from '@graphql-codegen/cli'

export default {
  schema: 'schema.graphql',
  documents: 'src/**/*.{ts,vue}',
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        strictScalars: true,
        scalars: { Date: 'string', DateTime: 'string', BigInt: 'number' },
      },
    },
    'src/gql/words.ts': { plugins: ['./words.mjs'] },
  },
} satisfies CodegenConfig
