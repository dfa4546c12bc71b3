/** Time as people of the county read it, wherever their computer stands. */

const COUNTY = { timeZone: 'Asia/Shanghai' } as const

/** An instant, in words. */
export function instant(iso: string): string {
  return new Date(iso).toLocaleString('zh-CN', { ...COUNTY, dateStyle: 'medium', timeStyle: 'short' })
}

/** The day that it is in the county: 2026-03-09. */
export function today(): string {
  return new Date().toLocaleDateString('sv-SE', COUNTY)
}
