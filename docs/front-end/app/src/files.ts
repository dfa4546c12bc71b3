/** Files go beside GraphQL: up with progress, and down with the same headers as every question. */

import { headers, refusedBy } from './gongguan'

/** Send a file; its id is what an act attaches. `fetch` cannot tell how far an upload is, so this is the older way. */
export function upload(file: File, progress: (share: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/files')
    request.responseType = 'json'
    const said = {
      ...headers(),
      'Content-Type': file.type || 'application/octet-stream',
      'X-File-Name': encodeURIComponent(file.name),
    }
    for (const [name, value] of Object.entries(said)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total)
    request.onload = () =>
      request.status === 201
        ? resolve(request.response.id)
        : reject(refusedBy(request.response))
    request.onerror = () => reject(refusedBy(null))
    request.send(file)
  })
}

/** Fetch a file and hand it to the browser to be saved. A link would not do: it carries no headers. */
export async function download(id: string, name: string): Promise<void> {
  const response = await fetch(`/files/${id}`, { headers: headers() })
  if (!response.ok) throw refusedBy(await response.json().catch(() => null))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
