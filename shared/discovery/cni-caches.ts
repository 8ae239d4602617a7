import { flagValue } from '../formats/flags.ts'
import type { Host } from '../host.ts'
import { isOk } from '../reading.ts'
import { listProcesses } from './processes.ts'

/** Programs with a flag for the cache folder: cri-dockerd, and kubelets up to 1.23. */
const tellable = new Set(['cri-dockerd', 'kubelet', 'hyperkube'])

/** Folders of libcni's result cache: the defaults of libcni, cri-dockerd and Multus, and folders set by flags. */
export async function findCniCaches(host: Host): Promise<readonly string[]> {
  const list = await listProcesses(host)
  const told = (isOk(list) ? list.value.processes : [])
    .filter(({ name }) => tellable.has(name))
    .flatMap(({ args }) => flagValue(args, 'cni-cache-dir') ?? [])
    .filter(path => path.startsWith('/'))
  const bases = ['/var/lib/cni', '/var/lib/cni/cache', '/var/lib/cni/multus', ...told]
  return [...new Set(bases.map(path => `${path.replace(/\/+$/, '')}/results`))]
}
