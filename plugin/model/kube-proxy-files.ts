import { flagValue } from '../../shared/formats/flags.ts'
import { readTopLevel } from '../../shared/formats/top-level-yaml.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { ConfigMap } from '../cluster/config-maps.ts'
import type { Pod } from '../cluster/pods.ts'

type Workload = Pick<Pod, 'namespace' | 'volumes' | 'specs'>

/** A file that kube-proxy is configured to read, and what its ConfigMap contains. */
export interface MountedFile {
  readonly path: string
  readonly configMap: string
  /** Names of the files in the volume. */
  readonly files: readonly string[]
  /** Null when the ConfigMap has no such file. */
  readonly text: string | null
  /** Another file of the expected kind. */
  readonly instead: string | null
}

/** The file of `--config`; null when it is not from a ConfigMap or the ConfigMap was not read. */
export function configFile(workload: Workload, configMaps: Reading<readonly ConfigMap[]>): MountedFile | null {
  const spec = workload.specs.find(({ command }) => flagValue(command, 'config') !== null)
  const path = spec ? flagValue(spec.command, 'config') : null
  return path === null ? null : mountedFile(workload, { path, kind: 'KubeProxyConfiguration' }, configMaps)
}

/** The kubeconfig that the configuration names; null as above. */
export function kubeconfigFile(
  workload: Workload,
  config: MountedFile | null,
  configMaps: Reading<readonly ConfigMap[]>,
): MountedFile | null {
  const path = /^\s+kubeconfig:\s*["']?(?<path>\/[^\s"'#]+)/m.exec(config?.text ?? '')?.groups?.path
  return path === undefined ? null : mountedFile(workload, { path, kind: 'Config' }, configMaps)
}

function mountedFile(
  { namespace, volumes, specs }: Workload,
  { path, kind }: { readonly path: string; readonly kind: string },
  configMaps: Reading<readonly ConfigMap[]>,
): MountedFile | null {
  const mounts = specs.flatMap(spec => spec.mounts).filter(mount => isBelow(path, mount.path) && mount.subPath === '')
  const [mount] = mounts.toSorted((a, b) => b.path.length - a.path.length)
  const volume = volumes.find(({ name }) => name === mount?.volume)?.configMap
  const entry = isOk(configMaps)
    ? configMaps.value.find(each => each.namespace === namespace && each.name === volume?.name)
    : undefined
  if (!mount || !volume || !entry || !isOk(entry.data)) return null
  const data = entry.data.value
  const shown = volume.items ?? Object.keys(data).map(key => ({ key, path: key }))
  const name = path.slice(mount.path.replace(/\/$/, '').length + 1)
  const item = shown.find(each => each.path === name)
  return {
    path,
    configMap: `${namespace}/${entry.name}`,
    files: shown.map(each => each.path),
    text: item ? (data[item.key] ?? null) : null,
    instead: shown.find(({ key }) => new RegExp(`^kind: *${kind} *$`, 'm').test(data[key] ?? ''))?.path ?? null,
  }
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder.replace(/\/$/, '')}/`)

/** The configured mode; empty means the default. Null when it cannot be determined. */
export function configuredMode({ text }: MountedFile): string | null {
  const read = text === null ? null : readTopLevel(text, ['mode'])
  if (!read || !isOk(read)) return null
  const mode = read.value.get('mode') ?? ''
  return typeof mode === 'string' ? mode : null
}
