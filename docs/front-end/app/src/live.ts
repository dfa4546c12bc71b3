/** News as it happens: one socket for whoever is signed in, taken up again where it stopped. */

import { createClient } from 'graphql-ws'
import { ref, shallowRef } from 'vue'
import { graphql } from './gql'
import type { NewsSubscription } from './gql/graphql'
import { headers, named, refused } from './gongguan'

const NEWS = graphql(`
  subscription News($after: String) {
    notifications(after: $after) {
      cursor
      notification { ...Notice }
    }
  }
`)

/** The message that came last, the first of all without a notice; whoever shows something watches it and asks again. */
export const latest = shallowRef<NewsSubscription['notifications']>()
export const connected = ref(false)

/** Follow the notices of the post in which we act, until the returned function is called. */
export function follow(): () => void {
  const said = headers()
  const client = createClient({
    url: `${location.origin.replace('http', 'ws')}/graphql`,
    connectionParams: {
      authorization: said['Authorization'],
      actingAs: said['X-Acting-As'],
      acceptLanguage: said['Accept-Language'],
    },
    retryAttempts: Infinity,
    // 4403, the post has ended, like 4401, signed out, of which the client knows by itself.
    shouldRetry: (closed) => !(closed instanceof CloseEvent && closed.code === 4403),
    on: {
      connected: () => (connected.value = true),
      closed: () => (connected.value = false),
    },
  })
  // Sent anew with each connection, so it must say by then how far we have come.
  const variables: { after?: string } = {}
  client.subscribe<NewsSubscription>(
    { ...named(NEWS), variables },
    {
      next({ data }) {
        if (!data) return
        variables.after = data.notifications.cursor
        latest.value = data.notifications
      },
      // Signed out, or the post has ended: the socket was closed with the code of the refusal as its reason.
      error: (why) => why instanceof CloseEvent && refused({ code: why.reason, message: '' }),
      complete: () => undefined,
    },
  )
  return () => void client.dispose()
}
