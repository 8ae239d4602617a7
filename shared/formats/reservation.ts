/** What a file of host-local says of an address. */
export interface ReservationText {
  /** Id of the sandbox; empty in a file that a crash left empty. */
  readonly containerId: string
  /** Null in files of plugins before 0.8. */
  readonly interfaceName: string | null
}

/**
 * Reads `<id>\r\n<interface>`, or null for garbled text. Ids are those of the runtime, which no text with spaces is.
 * Source: containernetworking/plugins, host-local/backend/disk.
 */
export function parseReservation(text: string): ReservationText | null {
  const found = usual.exec(text)
  if (found?.[1] && found[2]) return { containerId: found[1], interfaceName: found[2] }
  const [containerId = '', interfaceName = '', ...more] = text.split(/\r?\n/).map(line => line.trim())
  if (more.some(line => line !== '') || !/^[\x21-\x7e]{0,256}$/.test(containerId)) return null
  if (containerId === '' ? interfaceName !== '' : !/^[^\s/\0-\x1f\x7f\u{FFFD}]{0,15}$/u.test(interfaceName)) return null
  return { containerId, interfaceName: interfaceName || null }
}

/** What nearly every file holds; a store may have 65,536 of them. */
const usual = /^([\w-]{1,256})\r?\n([\w.-]{1,15})$/
