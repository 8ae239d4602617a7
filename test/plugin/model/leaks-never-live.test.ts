import { expect, test } from 'vitest'
import { gatherWitnesses } from '../../../plugin/model/leak-witnesses.ts'
import { grace, judgeReservations, type Verdict } from '../../../plugin/model/reservation-verdicts.ts'
import { type HostLocal, hostLocal } from '../../../shared/node/host-local.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { type AddressMachine, addressMachine } from '../../support/address-machine.ts'
import { given } from '../../support/collect.ts'

/** `INTERLEAVINGS=100000` makes a longer run of it. */
const runs = Number(process.env.INTERLEAVINGS ?? 400)
const unasked = unavailable('not-recorded', 'nobody asked')

/** Collects as the agent does while the machine goes on, and judges what came of it. */
async function look(machine: AddressMachine, looks = 2): Promise<readonly Verdict[]> {
  const { now, host, live } = machine
  const early = machine.pods()
  const context = { now, pause: async () => live(2), sampleMs: 500, deadlineMs: 1e9 }
  const part = given(await hostLocal.collect(host, context))
  const witnesses = gatherWitnesses({
    hostLocal: looks === 2 ? part : withoutSecond(part),
    pods: ok(early),
    sandboxes: unasked,
    runtime: unasked,
    neighbours: unasked,
    processes: unasked,
    cniResults: unasked,
    podNamespaces: unasked,
  })
  const [store] = given(part.roots[0]?.stores ?? unasked)
  return judgeReservations(store?.reservations ?? [], { path: store?.path ?? '', witnesses, takenAt: now() })
}

const withoutSecond = (part: HostLocal): HostLocal =>
  part.secondLook ? { ...part, secondLook: { ...part.secondLook, changed: [] } } : part

test(`in ${runs} interleavings of ADD, DEL, crash, reboot and collection with the reads no live address is leaked`, async () => {
  let leaked = 0
  let untouched = 0
  for (let seed = 1; seed <= runs; seed++) {
    const machine = addressMachine(seed)
    machine.live(60)
    const old = [...machine.leaks()].filter(([, age]) => age >= grace)
    const claimed = new Set(machine.pods().flatMap(({ ips }) => ips))
    const verdicts = await look(machine)
    const called = verdicts.filter(({ state }) => state === 'leaked').map(({ reservation }) => reservation.address)
    const wrong = called.filter(address => machine.ownerOf(address) !== null)
    expect(wrong, `seed ${seed}`).toEqual([])
    const answered = verdicts.some(({ state }) => state !== 'unknown')
    const due = answered ? old.map(([address]) => address).filter(address => !claimed.has(address)) : []
    expect(called, `seed ${seed}`).toEqual(expect.arrayContaining(due))
    leaked += called.length
    if (called.length > 0 && machine.examined() === 0) untouched++
  }
  expect(leaked).toBeGreaterThan(runs / 2)
  expect(untouched, 'runs in which the folder told that no file changed').toBeGreaterThan(0)
})

test('without the grace period the same machine shows live addresses as leaked', async () => {
  let wrong = 0
  for (let seed = 1; seed <= 100 && wrong === 0; seed++) {
    const machine = addressMachine(seed)
    machine.live(60)
    const young = (await look(machine)).filter(({ why }) => why.startsWith('it is younger'))
    wrong += young.filter(({ reservation }) => machine.ownerOf(reservation.address) !== null).length
  }
  expect(wrong).toBeGreaterThan(0)
})

test('without the second look the same machine shows live addresses as leaked', async () => {
  let wrong = 0
  for (let seed = 1; seed <= 3_000 && wrong === 0; seed++) {
    const machine = addressMachine(seed)
    machine.live(60)
    const called = (await look(machine, 1)).filter(({ state }) => state === 'leaked')
    wrong += called.filter(({ reservation }) => machine.ownerOf(reservation.address) !== null).length
  }
  expect(wrong).toBeGreaterThan(0)
})
