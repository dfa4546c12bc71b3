/**
 * The words of the screen, out of the schema: it describes each state, act and entry of a form in English and Chinese.
 *
 * `"Take in. 收件登记" TAKE_IN` becomes `ReferralAct.TAKE_IN === '收件登记'`. A plugin of graphql-codegen.
 */

import { isEnumType, isInputObjectType, isIntrospectionType } from 'graphql'

const CHINESE = /\p{Script=Han}.*$/su

export function plugin(schema) {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && (isEnumType(type) || isInputObjectType(type)))
    .map((type) => {
      const named = isEnumType(type) ? type.getValues() : Object.values(type.getFields())
      const words = named.map(({ name, description }) => [name, CHINESE.exec(description ?? '')?.[0] ?? name])
      return `export const ${type.name} = ${JSON.stringify(Object.fromEntries(words), null, 2)} as const\n`
    })
    .join('\n')
}
