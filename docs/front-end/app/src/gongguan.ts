/** The way to the platform: who is asking, and a question with its typed answer. */

import { ref, watch } from 'vue'
import type { TypedDocumentString } from './gql/graphql'

/** Who is signed in, and the post that was chosen: the id of a capacity. */
export interface Session {
  token: string
  actingAs?: string
  shown?: string
}

// Kept for this tab only: a reload stays signed in, a second tab may act in another post.
export const session = ref<Session | null>(JSON.parse(sessionStorage.getItem('session') ?? 'null'))
watch(session, (now) => sessionStorage.setItem('session', JSON.stringify(now)), { deep: true })

/** What the platform would not do: a stable code for the program, a sentence for the reader. */
export class Refused extends Error {
  readonly code: string
  readonly field: string | null

  constructor({ code, message, field }: { code: string; message: string; field?: string | null }) {
    super(message)
    this.code = code
    this.field = field ?? null
  }
}

/** No answer, or one that is not the platform's own but of some proxy on the way. */
export const UNREACHABLE = { code: 'UNREACHABLE', message: '无法连接平台，请检查网络后重试。' }

/** What every request says: who asks, in which post, in which language. */
export function headers(): Record<string, string> {
  const { token, actingAs } = session.value ?? {}
  return {
    'Accept-Language': document.documentElement.lang,
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(actingAs && { 'X-Acting-As': actingAs }),
  }
}

/** A document by its text or, where the platform answers none but trusted ones, by its id: `VITE_TRUSTED=yes`. */
export function named(document: TypedDocumentString<unknown, never>) {
  return import.meta.env.VITE_TRUSTED
    ? { query: '', documentId: document.__meta__?.['hash'] }
    : { query: document.toString() }
}

/** Ask, and get what was asked for. Throws `Refused`. */
export async function ask<Answer, Variables>(
  document: TypedDocumentString<Answer, Variables>,
  variables: Variables,
): Promise<Answer> {
  const { data, errors } = await fetch('/graphql', {
    method: 'POST',
    headers: { ...headers(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...named(document), variables }),
  })
    .then((response) => response.json())
    .catch(() => {
      throw refused(UNREACHABLE)
    })
  // Part of an answer is an answer; what is missing in it is null.
  const nothing = Object.values(data ?? {}).every((part) => part === null)
  if (errors && nothing) throw refusedBy({ errors })
  return data
}

/** What comes back from an act: done, or why not. */
interface Payload {
  userErrors: { code: string; message: string; field?: string | null }[]
}

/** The payload of an act that was done. Throws `Refused` for one that was not. */
export function done<Done extends Payload>(payload: Done | null | undefined): Done {
  if (!payload) throw refused(UNREACHABLE)
  const [first] = payload.userErrors
  if (first) throw refused(first)
  return payload
}

/** One of the errors that an answer lists. */
interface Listed {
  message: string
  extensions: { code: string; field?: string }
}

/** What the platform says where it gives nothing, of GraphQL and of files alike, to be thrown. */
export function refusedBy(answer: { errors?: Listed[] } | null): Refused {
  const first = answer?.errors?.[0]
  return refused(first ? { ...first.extensions, message: first.message } : UNREACHABLE)
}

/** The same refusal to be thrown; whoever is signed in no more is led back to the door. */
export function refused(error: ConstructorParameters<typeof Refused>[0]): Refused {
  if (error.code === 'UNAUTHENTICATED') session.value = null
  if (error.code === 'CAPACITY_REFUSED') session.value = { token: session.value?.token ?? '' }
  return new Refused(error)
}
