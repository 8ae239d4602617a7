import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { liveFiles } from '../../../agent/host/files.ts'
import type { Host } from '../../../shared/host.ts'
import { type HostLocal, hostLocal } from '../../../shared/node/host-local.ts'
import { ok } from '../../../shared/reading.ts'
import { given } from '../../support/collect.ts'
import { memoryHost } from '../../support/memory-host.ts'
import { hostRoot } from '../../support/temporary-folder.ts'

const folder = '/var/lib/cni/networks/pods'
const hourAgo = new Date(Date.now() - 3_600_000)
const id = 'a'.repeat(64)

/** The same real folder for a host that reads many files at once, and for one that reads each alone. */
function hostsOf(root: string): { readonly together: Host; readonly alone: Host } {
  const { readSmall, ...files } = liveFiles({ root, proc: `${root}/proc`, sys: `${root}/sys` })
  const alone = { ...memoryHost({}), ...files, cri: async () => ok({ items: [] }) }
  return { alone, together: readSmall ? { ...alone, readSmall } : alone }
}

async function collect(host: Host, pause = async () => {}): Promise<HostLocal> {
  return given(await hostLocal.collect(host, { now: Date.now, pause, sampleMs: 0 }))
}

/** Everything but when it was looked at. */
const seen = ({ roots, secondLook }: HostLocal) => ({ roots, changed: secondLook?.changed })

type Make = (path: string) => Promise<unknown>
const kinds: Readonly<Record<string, Make>> = {
  reservation: path => writeFile(path, `${id}\r\neth0`),
  old: path => writeFile(path, id),
  empty: path => writeFile(path, ''),
  garbled: path => writeFile(path, Buffer.from([0xff, 0xfe, 0x00, 0x0a])),
  replacement: path => writeFile(path, `${id}\u{FFFD}`),
  large: path => writeFile(path, 'x'.repeat(1025)),
  largest: path => writeFile(path, `${'x'.repeat(256)}\n${' '.repeat(1024 - 257)}`),
  link: path => symlink('/etc/hostname', path),
  loop: path => symlink(path, path),
  folder: path => mkdir(path),
  fifo: async path => void execFileSync('mkfifo', [path]),
  unreadable: path => writeFile(path, id).then(() => chmod(path, 0)),
}

const names = fc.oneof(
  fc.ipV4(),
  fc.nat(65_535).map(low => `fd00::${low.toString(16)}`),
  fc.constantFrom('lock', 'last_reserved_ip.0', '010.0.0.1', 'FD00::A', 'ü', 'a b', '..x'),
)

test('a store holds the same whether its files are read together or each alone', async () => {
  const entries = fc.uniqueArray(fc.tuple(names, fc.constantFrom(...Object.keys(kinds))), {
    selector: ([name]) => name,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(entries, async given => {
      const root = await hostRoot({ [`${folder}/10.244.0.2`]: id })
      for (const [name, kind] of given.filter(([name]) => name !== '10.244.0.2')) {
        await kinds[kind]?.(`${root}${folder}/${name}`)
      }
      const { together, alone } = hostsOf(root)
      expect(seen(await collect(together))).toEqual(seen(await collect(alone)))
    }),
    { numRuns: 15 },
  )
})

const small = Object.fromEntries(
  Array.from({ length: 3 }, (_, index) => [`${folder}/10.244.0.${index}`, `${id}\r\neth0`]),
)

test.each([
  ['nothing', async () => {}, []],
  ['a release', (at: string) => rm(`${at}/10.244.0.1`), ['10.244.0.1']],
  [
    'an address that was given again',
    async (at: string) => {
      await writeFile(`${at}/next`, `${id}\r\neth0`)
      execFileSync('mv', [`${at}/next`, `${at}/10.244.0.1`])
    },
    ['10.244.0.1'],
  ],
  ['a new reservation', (at: string) => writeFile(`${at}/10.244.0.9`, id), []],
] as const)('between the looks at a real store, %s is told', async (_, happen, changed) => {
  const root = await hostRoot(small)
  await utimes(root + folder, hourAgo, hourAgo)
  const part = await collect(hostsOf(root).together, async () => void (await happen(root + folder)))
  expect(part.secondLook?.changed).toEqual(changed.map(name => `${folder}/${name}`))
})

test('a large folder lists the same names, in the same order, as a small one', async () => {
  const root = await hostRoot({ '/small/10.0.0.1': '', '/large/10.0.0.1': '' })
  const odd = ['ü', 'Z', 'a', '\u{10000}', '\u{FFEE}']
  await Promise.all(['small', 'large'].flatMap(name => odd.map(each => writeFile(`${root}/${name}/${each}`, ''))))
  execFileSync('sh', ['-c', 'seq 10000 13399 | sed s/^/many-/ | xargs touch'], { cwd: `${root}/large` })
  const { list } = hostsOf(root).together
  const isFew = (name: string) => !name.startsWith('many-')
  const large = given(await list('/large'))
  expect(large).toHaveLength(3_400 + odd.length + 1)
  expect(large.filter(isFew)).toEqual(given(await list('/small')))
  expect(large.filter(name => !isFew(name))).toEqual(large.filter(name => !isFew(name)).toSorted())
})
