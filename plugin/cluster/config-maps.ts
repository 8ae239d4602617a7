import * as z from 'zod/mini'
import { isOk, ok, type Reading, unavailable, valueOr } from '../../shared/reading.ts'
import { defineClusterPart } from '../kube/cluster-part.ts'
import { labels } from '../kube/fields.ts'
import { type Kube, resources } from '../kube/port.ts'
import { componentOf, componentOfPod } from '../model/components.ts'
import { daemonSets } from './daemon-sets.ts'
import { deployments } from './deployments.ts'
import { type Pod, pods } from './pods.ts'

/** A ConfigMap of a network component; `data` is `missing` where it does not exist. */
export interface ConfigMap {
  readonly namespace: string
  readonly name: string
  /** Content by key, without keys that name a secret. */
  readonly data: Reading<Readonly<Record<string, string>>>
}

type Name = Pick<ConfigMap, 'namespace' | 'name'>
type Owner = Pick<Pod, 'namespace' | 'volumes'>

/** Maximum number of ConfigMaps; components mount few. */
const most = 100

/** ConfigMaps with a well-known name. */
const wellKnown: readonly Name[] = [
  ...['coredns', 'coredns-custom', 'kube-dns', 'kube-proxy', 'kube-proxy-config', 'kubeadm-config', 'kubelet-config'],
  ...['node-local-dns', 'kube-flannel-cfg', 'calico-config', 'canal-config', 'cilium-config', 'amazon-vpc-cni'],
].map(name => ({ namespace: 'kube-system', name }))

/** ConfigMaps of CoreDNS, kube-proxy, CNIs and kubeadm, by name: those of their pods' volumes and well-known ones. */
export const configMaps = defineClusterPart<readonly ConfigMap[]>({
  collect: async kube => {
    const mounted = (await networkWorkloads(kube)).flatMap(mountedBy)
    const clusterInfo = { namespace: 'kube-public', name: 'cluster-info' }
    const names = new Map([...mounted, ...wellKnown, clusterInfo].map(name => [`${name.namespace}/${name.name}`, name]))
    const read = await Promise.all([...names.values()].slice(0, most).map(name => readOne(kube, name)))
    const unread = read.find(({ data }) => !isOk(data) && data.reason !== 'missing')
    return unread && !isOk(unread.data) && !read.some(({ data }) => isOk(data)) ? unread.data : ok(read)
  },
})

async function networkWorkloads(kube: Kube): Promise<readonly Owner[]> {
  const [running, daemons, replicated] = await Promise.all([
    pods.collect(kube),
    daemonSets.collect(kube),
    deployments.collect(kube),
  ])
  const templates = [...valueOr(daemons, []), ...valueOr(replicated, [])]
  return [
    ...(isOk(running) ? running.value.filter(pod => componentOfPod(pod) !== null) : []),
    ...templates.filter(
      ({ podLabels, containers, name }) => componentOf({ labels: podLabels, containers, names: [name] }) !== null,
    ),
  ]
}

/** The CA ConfigMap of a projected service account volume is not among these. */
const mountedBy = ({ namespace, volumes }: Owner): readonly Name[] =>
  volumes.flatMap(({ configMap }) => (configMap?.name ? [{ namespace, name: configMap.name }] : []))

const schema = z.object({ data: labels })
const secretKey = /token|secret|passw|credential|[_.-]key$|^jws-/i

async function readOne(kube: Kube, name: Name): Promise<ConfigMap> {
  const object = await kube.get(resources.configmaps, name)
  if (!isOk(object)) return { ...name, data: object }
  const parsed = z.safeParse(schema, object.value)
  if (!parsed.success)
    return { ...name, data: unavailable('malformed', `${name.name}: ${z.prettifyError(parsed.error)}`) }
  const kept = Object.entries(parsed.data.data ?? {}).filter(([key]) => !secretKey.test(key))
  return { ...name, data: ok(Object.fromEntries(kept)) }
}
