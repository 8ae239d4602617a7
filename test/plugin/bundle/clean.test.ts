import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { cleanEntry } from '../../../plugin/bundle/clean.ts'
import { analyzeEntries, bundlesAtHand, entriesOf } from '../../support/bundles-at-hand.ts'
import { base64, planted, recordSecrets } from '../../support/planted-secrets.ts'

/** As it is, behind percent signs, and in base64 at any of its three alignments. */
function formsOf(secret: string): readonly string[] {
  const shifted = [0, 1, 2].map(shift => {
    const whole = base64(`${'\0'.repeat(shift)}${secret}`).replace(/=+$/, '')
    return whole.slice(shift === 0 ? 0 : shift + 1, -2)
  })
  return [secret, encodeURIComponent(secret), secret.slice(0, 12), ...shifted]
}

let archive: ReadonlyMap<string, Uint8Array>
let cleaned: ReadonlyMap<string, string>

beforeAll(async () => {
  archive = await recordSecrets()
  cleaned = new Map(
    [...archive].map(([path, bytes]) => [path, Buffer.from(cleanEntry({ path, bytes }).bytes).toString('latin1')]),
  )
})

test('a secret that is planted in any place of a cluster is in no file of the bundle, in no form', () => {
  expect(planted.size).toBeGreaterThan(100)
  const whole = [...cleaned.values()].join('\n')
  const leaked = [...planted].filter(([, secret]) => formsOf(secret).some(form => whole.includes(form)))
  expect(leaked.map(([place]) => place)).toEqual([])
})

test('without the cleaning the same search finds secrets', () => {
  const whole = [...archive.values()].map(bytes => Buffer.from(bytes).toString('latin1')).join('\n')
  const found = [...planted.values()].filter(secret => formsOf(secret).some(form => whole.includes(form)))
  expect(found.length).toBeGreaterThan(20)
})

test('what is JSON stays JSON, and nothing changes when it is cleaned again', () => {
  for (const [path, bytes] of archive) {
    const once = cleanEntry({ path, bytes })
    expect(cleanEntry(once), path).toEqual(once)
    if (path.endsWith('.json')) expect(() => JSON.parse(Buffer.from(once.bytes).toString()), path).not.toThrow()
  }
})

test('settings of the network, names and what surrounds a secret stay', () => {
  const whole = [...cleaned.values()].join('\n')
  for (const text of ['first-found', 'FLANNEL_MTU=1450', 'example.com/api-key', '--discovery-token-ca-cert-hash'])
    expect(whole).toContain(text)
  expect(cleaned.get('cluster/resources/core/v1/secrets.json')).toBe('{"items":[],"partial":true}')
})

test.each(
  bundlesAtHand()
    .map(path => path.split('/test/bundles/')[1] ?? '')
    .filter(path => /by-hand|k3s$|openshift|cilium-13130|healthy-calico/.test(path)),
)('checks say of a cleaned bundle what they say of it as it is: %s', async name => {
  const entries = await entriesOf(fileURLToPath(new URL(`../../bundles/${name}`, import.meta.url)))
  expect(await analyzeEntries(entries.map(cleanEntry))).toEqual(await analyzeEntries(entries))
})

test.each([
  'password',
  'token: ',
  '--token ',
  'token="\\',
  '://a:b/',
  '_PROXY=a',
  'eyJaaaaaaaa.',
  'kind: Secret\n',
  '%70',
])('time grows with the length alone: a megabyte of %j', text => {
  const bytes = Buffer.from(text.repeat(1_000_000 / text.length))
  const start = performance.now()
  cleanEntry({ path: 'nodes/n/files/x', bytes })
  expect(performance.now() - start).toBeLessThan(8000)
})

test('a run of ten megabytes is no trouble', () => {
  for (const text of ['password', 'a']) {
    const bytes = Buffer.from(text.repeat(10_000_000 / text.length))
    expect(() => cleanEntry({ path: 'nodes/n/files/x', bytes })).not.toThrow()
  }
})
