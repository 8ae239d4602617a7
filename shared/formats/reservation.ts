/** Content of a host-local reservation file. */
export interface ReservationText {
  /** Id of the sandbox; empty in a file left empty by a crash. */
  readonly containerId: string
  /** Null in files of plugins before 0.8. */
  readonly interfaceName: string | null
}

/**
 * Parses `<id>\r\n<interface>`; null for malformed text. Ids are the runtime's and contain no spaces. Source:
 * containernetworking/plugins, host-local/backend/disk.
 */
export function parseReservation(text: string): ReservationText | null {
  const found = usual.exec(text)
  if (found?.[1] && found[2]) return { containerId: found[1], interfaceName: found[2] }
  const [containerId = '', interfaceName = '', ...more] = text.split(/\r?\n/).map(line => line.trim())
  if (more.some(line => line !== '') || !/^[\x21-\x7e]{0,256}$/.test(containerId)) return null
  if (containerId === '' ? interfaceName !== '' : !/^[^\s/\0-\x1f\x7f\u{FFFD}]{0,15}$/u.test(interfaceName)) return null
  return { containerId, interfaceName: interfaceName || null }
}

/** Fast path for the usual format; a store may have 65,536 files. */
const usual = /^([\w-]{1,256})\r?\n([\w.-]{1,15})$/
