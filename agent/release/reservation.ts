import { constants, type Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { parseReservation } from '../../shared/formats/reservation.ts'
import type { Reserved } from '../../shared/protocol/release.ts'
import { descriptor } from '../host/descriptor.ts'
import { codeOf } from '../host/failures.ts'
import type { Folder } from './folder.ts'

/** Result of comparing a file with the reservation that was judged. */
export type Comparison =
  | { readonly kind: 'same'; readonly stats: Stats }
  | { readonly kind: 'gone' }
  | { readonly kind: 'different'; readonly why: string }

/** A longer file is not a reservation. */
const mostBytes = 1024

/**
 * Compares an address's file with the judged reservation: same file, same content. Links are not followed, and FIFOs do
 * not block.
 */
export async function compareReservation(store: Folder, expected: Reserved): Promise<Comparison> {
  try {
    const fd = await descriptor.open(store.at(expected.address), readOnly)
    try {
      return await compareOpen(fd, expected)
    } finally {
      await descriptor.close(fd)
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'gone' }
    if (codeOf(error) === 'ELOOP') return different('it is a symbolic link now')
    throw error
  }
}

const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

async function compareOpen(fd: number, expected: Reserved): Promise<Comparison> {
  const stats = await descriptor.stat(fd)
  if (!stats.isFile()) return different('it is no regular file')
  if (stats.ino !== expected.inode) return different('it is another file now: the address was reserved anew')
  if (stats.size > mostBytes) return different(`it has ${stats.size} bytes`)
  const { bytesRead, buffer } = await descriptor.read(fd, Buffer.alloc(mostBytes), 0, mostBytes, 0)
  const content = parseReservation(buffer.toString('utf8', 0, bytesRead))
  const isSame = content?.containerId === expected.containerId && content.interfaceName === expected.interfaceName
  return isSame ? { kind: 'same', stats } : different('its content is another one now')
}

const different = (why: string): Comparison => ({ kind: 'different', why })

/** lstat of a name; null when it does not exist. */
export async function statOf(folder: Folder, name: string): Promise<Stats | null> {
  try {
    return await lstat(folder.at(name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}
