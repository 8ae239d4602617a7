import { flagValue } from '../formats/flags.ts'
import type { CniPaths } from '../formats/runtime-toml.ts'
import type { Host } from '../host.ts'
import { isOk } from '../reading.ts'
import { type HostProcess, listProcesses } from './processes.ts'

/**
 * Directories from the flags of cri-dockerd, otherwise of a kubelet up to 1.23 with built-in Docker support. Null when
 * neither has such flags. Sources: Mirantis/cri-dockerd, kubernetes 1.23.
 */
export async function readDockerPaths(host: Host): Promise<CniPaths | null> {
  const list = await listProcesses(host)
  const processes = isOk(list) ? list.value.processes : []
  const programs = ['cri-dockerd', 'kubelet', 'hyperkube'].flatMap(name => processes.filter(each => each.name === name))
  return programs.map(pathsOf).find(paths => paths !== null) ?? null
}

function pathsOf({ args }: HostProcess): CniPaths | null {
  const named = flagValue(args, 'cni-conf-dir')
  const configDirectory = named?.startsWith('/') ? named : null
  const binaryDirectories = (flagValue(args, 'cni-bin-dir') ?? '').split(',', 64).filter(path => path.startsWith('/'))
  if (!configDirectory && binaryDirectories.length === 0) return null
  return { configDirectory, binaryDirectories }
}
