import type { CniConfig, CniConfigFile } from '../../shared/node/cni-config.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'

/** Runtimes by how they load configurations: containerd stops at a broken file, CRI-O and Docker's shims skip it. */
export type Flavour = 'containerd' | 'cri-o' | 'docker'

/** The configurations in effect on a node: as the runtime reports them, otherwise by its rules. */
export interface EffectiveConfig {
  /** Configurations that new pods currently get. */
  readonly inUse: readonly CniConfigFile[]
  /** Configurations after the runtime's next reload. */
  readonly next: readonly CniConfigFile[]
  /** The broken file that makes that reload fail; null when it succeeds. */
  readonly stoppedBy: CniConfigFile | null
  /** Broken files that the reload skips or never reaches. */
  readonly idleBroken: readonly CniConfigFile[]
  /** Networks in the runtime's memory that no file defines any more. */
  readonly inMemory: readonly string[]
  readonly basis: 'runtime' | 'files'
  /** Number of files to load; 0 means all. */
  readonly limit: number
}

interface Input {
  readonly config: CniConfig
  readonly runtime: Reading<Runtime>
  readonly flavour: Flavour
  /** CRI-O and Docker's shims skip a file whose plugins are missing; when absent, all are considered complete. */
  readonly isRunnable?: (file: CniConfigFile) => boolean
}

/** Determines the effective configurations; unavailable when the directory or a decisive file was not read. */
export function effectiveConfig({ config, runtime, flavour, isRunnable }: Input): Reading<EffectiveConfig> {
  if (isMissing(config.files)) return ok(nothing)
  if (!isOk(config.files)) return config.files
  const cni = isOk(runtime) ? runtime.value.cni : null
  const limit = flavour === 'containerd' ? (cni?.maxConfigs ?? 1) : 1
  const usable = flavour === 'containerd' ? () => true : (isRunnable ?? (() => true))
  const load = loadFiles(config.files.value, { limit, stops: flavour === 'containerd', usable })
  if (load.unread) return unavailable('failed', `${config.directory.path}/${load.unread.name} could not be read`)
  const files = config.files.value
  const networks = cni?.networks.map(({ name }) => name) ?? []
  const inUse = networks.flatMap(name => files.find(file => nameOf(file) === name) ?? [])
  return ok({
    next: load.taken,
    stoppedBy: load.stoppedBy,
    idleBroken: files.filter(file => isBroken(file) && file !== load.stoppedBy),
    inUse: networks.length > 0 ? inUse : load.taken,
    inMemory: networks.filter(name => !files.some(file => nameOf(file) === name)),
    basis: networks.length > 0 ? 'runtime' : 'files',
    limit,
  })
}

/** The kind of runtime, as reported by itself or the Node; containerd when unknown, as on most nodes. */
export function flavourOf(runtime: Reading<Runtime>, node: ApiNode | undefined): Flavour {
  const name = isOk(runtime) ? runtime.value.name : (node?.runtimeVersion ?? '')
  if (/^cri-?o/i.test(name)) return 'cri-o'
  return /^docker/i.test(name) ? 'docker' : 'containerd'
}

/** The runtime's NetworkReady condition; null when it reports none. */
export function networkReady(runtime: Reading<Runtime>): boolean | null {
  if (!isOk(runtime)) return null
  return runtime.value.conditions.find(({ type }) => type === 'NetworkReady')?.status ?? null
}

/** Whether runtimes reject the file. */
export const isBroken = (file: CniConfigFile): boolean => isOk(file.content) && file.content.value.problem !== null

const nameOf = (file: CniConfigFile) => (isOk(file.content) ? file.content.value.name : null)

const nothing: EffectiveConfig = {
  inUse: [],
  next: [],
  stoppedBy: null,
  idleBroken: [],
  inMemory: [],
  basis: 'files',
  limit: 1,
}

interface Load {
  readonly taken: readonly CniConfigFile[]
  readonly stoppedBy: CniConfigFile | null
  readonly unread: CniConfigFile | null
}

function loadFiles(
  files: readonly CniConfigFile[],
  { limit, stops, usable }: { limit: number; stops: boolean; usable: (file: CniConfigFile) => boolean },
): Load {
  const taken: CniConfigFile[] = []
  for (const file of files) {
    if (limit > 0 && taken.length >= limit) break
    if (!isOk(file.content)) return { taken, stoppedBy: null, unread: file }
    if (!isBroken(file) && usable(file)) taken.push(file)
    else if (isBroken(file) && stops) return { taken: [], stoppedBy: file, unread: null }
  }
  const firstBroken = taken.length === 0 ? (files.find(isBroken) ?? null) : null
  return { taken, stoppedBy: firstBroken, unread: null }
}
