import type { Pod } from '../../plugin/cluster/pods.ts'
import type { Host, SmallFile } from '../../shared/host.ts'
import { ok, unavailable } from '../../shared/reading.ts'
import { pod } from './api-objects.ts'
import { memoryHost } from './memory-host.ts'
import { type Random, randomOf } from './random.ts'

const root = '/var/lib/cni/networks'
const store = `${root}/net`
/** A small pool, so that addresses are reused soon. */
const pool = Array.from({ length: 8 }, (_, index) => `10.0.0.${index + 2}`)
const minute = 60_000
/** Longest duration of an ADD; kubelet and runtime give up after that. */
const longestAdd = 7 * minute

interface File {
  readonly id: string
  readonly mtime: number
  readonly inode: number
}

interface Sandbox {
  readonly address: string
  readonly since: number
  state: 'adding' | 'ready' | 'not-ready'
}

export interface AddressMachine {
  /** A host on which something may happen before every answer. */
  readonly host: Host
  readonly now: () => number
  /** Performs this many random steps. */
  readonly live: (steps: number) => void
  /** The pods in the API, as last reported by the kubelet. */
  readonly pods: () => readonly Pod[]
  /** Id of the sandbox that owns the address now; null for one that is free or leaked. */
  readonly ownerOf: (address: string) => string | null
  /** Leaked addresses with their age in ms. */
  readonly leaks: () => ReadonlyMap<string, number>
  /** How often files were re-examined because the folder's timestamp did not prove that they are unchanged. */
  readonly examined: () => number
}

interface State {
  readonly random: Random
  readonly files: Map<string, File>
  readonly sandboxes: Map<string, Sandbox>
  told: readonly Pod[]
  clock: number
  /** The folder's timestamp on a file system with whole seconds. */
  written: number
  isUp: boolean
  made: number
}

/**
 * Model of a node with kubelet, runtime and host-local on which everything that can happen to a reservation happens at
 * random.
 */
export function addressMachine(seed: number): AddressMachine {
  const clock = Date.parse('2026-01-01T00:00:00Z')
  const start = { told: [], clock, written: clock, isUp: true, made: 0 }
  const state: State = { random: randomOf(seed), files: new Map(), sandboxes: new Map(), ...start }
  const { random, files, sandboxes } = state
  const live = (steps: number) => {
    for (let step = 0; step < steps; step++) random.pick(happenings)?.(state)
  }
  let examined = 0
  return {
    host: machineHost({
      files,
      meanwhile: () => live(random.below(4)),
      written: () => state.written,
      onExamined: () => examined++,
      list: () => (state.isUp ? [...sandboxes].filter(isListed).map(toItem) : null),
    }),
    now: () => state.clock,
    live,
    pods: () => state.told,
    ownerOf: address => {
      const id = files.get(address)?.id ?? ''
      return sandboxes.has(id) ? id : null
    },
    leaks: () => {
      const orphans = [...files].filter(([, { id }]) => !sandboxes.has(id))
      return new Map(orphans.map(([address, { mtime }]) => [address, state.clock - mtime]))
    },
    examined: () => examined,
  }
}

type Happening = (state: State) => void

const inState = ({ sandboxes }: State, wanted: Sandbox['state']) =>
  [...sandboxes].filter(([, { state }]) => state === wanted)

/** Removes a sandbox, and its reservation if DEL works. */
function forget(state: State, id: string, isReleased: boolean): void {
  const address = state.sandboxes.get(id)?.address ?? ''
  state.sandboxes.delete(id)
  if (isReleased) release(state, address, id)
}

function release(state: State, address: string, id: string): void {
  if (state.files.get(address)?.id !== id) return
  state.files.delete(address)
  state.written = wholeSeconds(state.clock)
}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000

function pass(state: State, ms: number): void {
  state.clock += ms
  for (const [id, { since }] of inState(state, 'adding')) {
    if (state.clock - since > longestAdd) forget(state, id, state.random.chance(0.5))
  }
}

const abandonAdds: Happening = state => {
  for (const [id] of inState(state, 'adding')) forget(state, id, false)
}

const add: Happening = state => {
  const address = pool.find(candidate => !state.files.has(candidate))
  if (address === undefined || !state.isUp) return
  const id = `sandbox-${++state.made}`
  state.files.set(address, { id, mtime: state.clock, inode: state.made })
  state.written = wholeSeconds(state.clock)
  state.sandboxes.set(id, { address, since: state.clock, state: 'adding' })
}

/** Something happens to one sandbox in this state, while the runtime runs. */
const toOne =
  (from: Sandbox['state'], act: (state: State, id: string, sandbox: Sandbox) => void): Happening =>
  state => {
    const entry = state.random.pick(inState(state, from))
    if (entry && state.isUp) act(state, ...entry)
  }

const finishAdd = toOne('adding', (_, __, sandbox) => {
  sandbox.state = 'ready'
})

const stop = toOne('ready', (state, id, sandbox) => {
  if (state.random.chance(0.7)) release(state, sandbox.address, id)
  sandbox.state = 'not-ready'
})

const rarely =
  (probability: number, happening: Happening): Happening =>
  state =>
    state.random.chance(probability) && happening(state)

const happenings: readonly Happening[] = [
  add,
  add,
  finishAdd,
  finishAdd,
  // An ADD that fails is followed by a DEL, which may fail too.
  toOne('adding', (state, id) => forget(state, id, state.random.chance(0.5))),
  stop,
  // Garbage collection; some runtimes forget a sandbox whose DEL failed.
  toOne('not-ready', (state, id) => forget(state, id, state.random.chance(0.6))),
  // Removed behind the kubelet's back.
  rarely(
    0.3,
    toOne('ready', (state, id) => forget(state, id, false)),
  ),
  state => pass(state, state.random.below(2_000)),
  state => pass(state, state.random.below(90) * 1_000),
  rarely(0.3, state => pass(state, state.random.below(60) * minute)),
  state => {
    state.told = inState(state, 'ready').map(([id, { address }]) => pod({ name: id, ips: [address] }))
  },
  // The runtime crashes in the middle of an operation and restarts.
  rarely(0.1, state => {
    abandonAdds(state)
    state.isUp = false
  }),
  state => {
    state.isUp = true
  },
  // A reboot: what was being made is gone, what ran is still listed.
  rarely(0.1, state => {
    abandonAdds(state)
    for (const [, sandbox] of inState(state, 'ready')) sandbox.state = 'not-ready'
    pass(state, minute)
  }),
]

/** containerd and CRI-O list a sandbox only when its network is there. */
const isListed = ([, { state }]: readonly [string, Sandbox]) => state !== 'adding'

const toItem = ([id, { state }]: readonly [string, Sandbox]) => ({
  id,
  metadata: { name: id, uid: id, namespace: 'default' },
  state: state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
})

interface Machine {
  readonly files: ReadonlyMap<string, File>
  readonly meanwhile: () => void
  /** Null while the runtime is down. */
  readonly list: () => readonly unknown[] | null
  readonly written: () => number
  readonly onExamined: () => void
}

function machineHost({ files, meanwhile, list, written, onExamined }: Machine): Host {
  const smallFile = (name: string): SmallFile | null => {
    meanwhile()
    const file = files.get(name)
    if (!file) return null
    const { id, mtime, inode } = file
    return { text: `${id}\r\neth0`, mtime: new Date(mtime).toISOString(), inode }
  }
  const directories: ReadonlyMap<string, () => readonly string[]> = new Map([
    [root, () => ['net']],
    [store, () => [...files.keys(), 'lock', 'last_reserved_ip.0'].sort()],
  ])
  const absent = unavailable('missing', 'it does not exist')
  return {
    ...memoryHost({}),
    list: async path => {
      meanwhile()
      const names = directories.get(path)
      return names ? ok(names()) : absent
    },
    stat: async path => {
      if (!directories.has(path)) return absent
      meanwhile()
      return ok({ type: 'dir', mtime: new Date(written()).toISOString(), inode: 1 })
    },
    readSmall: async ({ names, content }) => {
      if (content === false) onExamined()
      return names.map(smallFile)
    },
    cri: async () => {
      meanwhile()
      const items = list()
      return items ? ok({ items }) : unavailable('failed', 'the runtime is down')
    },
  }
}
