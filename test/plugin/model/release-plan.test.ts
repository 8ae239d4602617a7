import { expect, test } from 'vitest'
import type { AddressUse } from '../../../plugin/model/address-use.ts'
import { planRelease } from '../../../plugin/model/release-plan.ts'
import type { Verdict } from '../../../plugin/model/reservation-verdicts.ts'

const verdict = (address: string, state: Verdict['state'], inode: number | null = 7): Verdict => ({
  reservation: { address, containerId: 'c', interfaceName: 'eth0', mtime: null, inode },
  state,
  why: `it is ${state}`,
  pod: null,
  ageMs: 5,
})

/** A node with two networks in data directories of their own. */
const use = (changes: Partial<AddressUse> = {}): AddressUse => ({
  networks: [
    {
      name: 'one',
      path: '/a/one',
      ranges: [],
      strays: [],
      outside: [verdict('10.0.0.2', 'leaked'), verdict('10.0.0.3', 'live'), verdict('fd00::2', 'leaked')],
    },
    { name: 'two', path: '/b/c/two', ranges: [], strays: [], outside: [verdict('10.0.0.2', 'leaked')] },
  ],
  otherStores: [],
  unknown: null,
  silence: null,
  lookedAt: 0,
  complete: true,
  ...changes,
})

const all = { addresses: null, network: undefined }

const namesOf = ({ stores }: ReturnType<typeof planRelease>) =>
  stores.map(({ dataDir, candidates }) => [
    dataDir,
    ...candidates.map(({ reserved: { network, address } }) => `${network}/${address}`),
  ])

test('all that leaked is given back, by data directory', () => {
  const plan = planRelease(use(), all)
  expect(namesOf(plan)).toEqual([
    ['/a', 'one/10.0.0.2', 'one/fd00::2'],
    ['/b/c', 'two/10.0.0.2'],
  ])
  expect(plan.refusals).toEqual([])
})

test('one network, and an address in any text', () => {
  expect(namesOf(planRelease(use(), { ...all, network: 'two' }))).toEqual([['/b/c', 'two/10.0.0.2']])
  expect(namesOf(planRelease(use(), { ...all, addresses: ['fd00:0::2'] }))).toEqual([['/a', 'one/fd00::2']])
})

test('a live address and one that nobody reserved stay, with the reason', () => {
  const { stores, refusals } = planRelease(use(), { ...all, addresses: ['10.0.0.3', '10.0.0.9', 'nonsense'] })
  expect(stores).toEqual([])
  expect(refusals.map(({ address, why }) => `${address} ${why}`)).toEqual([
    '10.0.0.3 live: it is live',
    '10.0.0.9 no network of this node has a reservation for it',
    'nonsense no network of this node has a reservation for it',
  ])
})

test.each([
  ['a witness is silent', { silence: 'the runtime is silent' }, 'the runtime is silent'],
  ['something is unknown', { unknown: 'the configuration is unread' }, 'the configuration is unread'],
  ['a witness was never asked', { complete: false }, 'not every witness was asked'],
])('nothing is given back where %s', (_, changes, why) => {
  const { stores, refusals } = planRelease(use(changes), all)
  expect(stores).toEqual([])
  expect(refusals).toHaveLength(3)
  expect(refusals[0]).toEqual({ address: '10.0.0.2', why })
})

test('a file whose inode was not seen stays', () => {
  const network = {
    name: 'one',
    path: '/a/one',
    ranges: [],
    strays: [],
    outside: [verdict('10.0.0.2', 'leaked', null)],
  }
  const { stores, refusals } = planRelease(use({ networks: [network] }), all)
  expect(stores).toEqual([])
  expect(refusals).toEqual([{ address: '10.0.0.2', why: 'its inode was not read' }])
})
