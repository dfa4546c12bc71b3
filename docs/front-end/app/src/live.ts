/** News as it happens: one socket for whoever is signed in, taken up again where it stopped. */

import { createClient } from 'graphql-ws'
import { ref, shallowRef } from 'vue'
import { graphql } from './gql'
import type { NewsSubscription, NoticeFragment } from './gql/graphql'
import { headers, session } from './gongguan'

const NEWS = graphql(`
  subscription News($after: String) {
    notifications(after: $after) {
      cursor
      notification { ...Notice }
    }
  }
`)

/** The notice that came last; whoever shows something watches it and asks again. */
export const latest = shallowRef<NoticeFragment>()
export const connected = ref(false)

/** Follow the notices of the post in which we act, until the returned function is called. */
export function follow(began: () => void): () => void {
  const said = headers()
  const client = createClient({
    url: `${location.origin.replace('http', 'ws')}/graphql`,
    connectionParams: {
      authorization: said['Authorization'],
      actingAs: said['X-Acting-As'],
      acceptLanguage: said['Accept-Language'],
    },
    retryAttempts: Infinity,
    // 4403: the post has ended. 4401, signed out, is never tried again anyway.
    shouldRetry: (closed) => !(closed instanceof CloseEvent && closed.code === 4403),
    on: {
      connected: () => (connected.value = true),
      closed: () => (connected.value = false),
    },
  })
  // Sent anew with each connection, so it must say by then how far we have come.
  const variables: { after?: string } = {}
  client.subscribe<NewsSubscription>(
    { query: NEWS.toString(), variables },
    {
      next({ data }) {
        if (!data) return
        variables.after = data.notifications.cursor
        if (data.notifications.notification) latest.value = data.notifications.notification
        else began()
      },
      error: () => (session.value = null),
      complete: () => undefined,
    },
  )
  return () => void client.dispose()
}
