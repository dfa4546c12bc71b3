/** Where one is: what stands behind # in the address, so that links, the back button and bookmarks work. */

import { ref } from 'vue'

const here = () => decodeURIComponent(location.hash.slice(1))

export const place = ref(here())
addEventListener('hashchange', () => (place.value = here()))

/** An address within the page. */
export const to = (where: string) => `#${encodeURIComponent(where)}`
