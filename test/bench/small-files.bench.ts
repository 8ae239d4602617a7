import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, bench, describe } from 'vitest'
import { liveFiles } from '../../agent/host/files.ts'
import { readSmallFiles } from '../../shared/discovery/small-files.ts'
import type { Host } from '../../shared/host.ts'
import { unavailable } from '../../shared/reading.ts'

// A store of host-local holds a file per address. Compared: many files in one go, and each alone by the thread pool.

const root = mkdtempSync(join(tmpdir(), 'netcheck-bench-'))
const names = Array.from({ length: 512 }, (_, index) => `10.244.${index >> 8}.${index & 255}`)
for (const name of names) writeFileSync(join(root, name), `${'a'.repeat(64)}\r\neth0`)
afterAll(() => rmSync(root, { recursive: true }))

const missing = async () => unavailable('missing', 'not in this bench')
const calls = { run: missing, cri: missing, http: missing, pods: missing }
const { read, list, stat, readSmall } = liveFiles({ root, proc: '/proc', sys: '/sys' })
const alone: Host = { read, list, stat, ...calls }
const together: Host = readSmall ? { ...alone, readSmall } : alone
const files = { folder: '/', names, maxBytes: 1024 }

describe('512 reservations', () => {
  bench('together', async () => void (await readSmallFiles(together, files)))
  bench('each alone', async () => void (await readSmallFiles(alone, files)))
})
