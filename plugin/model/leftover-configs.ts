import type { CniConfig, CniConfigFile } from '../../shared/node/cni-config.ts'
import type { Processes } from '../../shared/node/processes.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isOk, ok, type Reading, unavailable } from '../../shared/reading.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { productOfPlugin, productsOf } from './cni-products.ts'
import { type ComponentId, cniComponentsOf, componentOf } from './components.ts'
import { daemonState } from './daemons.ts'
import { type EffectiveConfig, effectiveConfig, flavourOf } from './effective-config.ts'
import type { Harm } from './harm.ts'
import type { SandboxFailure } from './sandbox-failures.ts'

/** A configuration in use on a node that lacks the daemon of its CNI. */
export interface Leftover {
  readonly node: string
  readonly product: ComponentId
  readonly directory: string
  readonly file: CniConfigFile
  /** Files that the runtime would use without this one. */
  readonly others: readonly CniConfigFile[]
  /** Pods that fail because of it. */
  readonly failures: readonly SandboxFailure[]
  /** Whether the same CNI runs on other nodes. */
  readonly runsElsewhere: boolean
}

interface Sources {
  readonly node: ApiNode
  readonly config: CniConfig
  readonly runtime: Reading<Runtime>
  readonly processes: Reading<Processes>
  readonly pods: readonly Pod[]
  readonly daemonSets: readonly DaemonSet[]
  readonly harm: Harm
}

/** Finds a leftover; null when the configuration has its daemon or needs none, unavailable when that is unknown. */
export function findLeftover(sources: Sources, takenAt: number): Reading<Leftover | null> {
  const { node, config, runtime } = sources
  const effective = effectiveConfig({ config, runtime, flavour: flavourOf(runtime, node) })
  if (!isOk(effective)) return effective
  const [file] = effective.value.inUse
  const product = file && [...productsOf(file)].find(each => each !== 'azure' && !isServed(each, sources, takenAt))
  return product && file ? judge({ product, file, effective: effective.value }, sources) : ok(null)
}

interface Suspect {
  readonly product: ComponentId
  readonly file: CniConfigFile
  readonly effective: EffectiveConfig
}

function judge({ product, file, effective }: Suspect, sources: Sources): Reading<Leftover | null> {
  const { node, config, processes, pods, harm } = sources
  const failures = harm.failures.filter(failure => isFor(product, failure))
  if (isHostService(product, config, processes)) return ok(null)
  if (failures.length === 0 && !isOk(processes))
    return unavailable(processes.reason, `whether a daemon outside of Kubernetes serves ${file.name} is not known`)
  const files = isOk(config.files) ? config.files.value : []
  return ok({
    node: node.name,
    product,
    directory: config.directory.path,
    file,
    others: files.filter(other => !effective.inUse.includes(other) && isUsable(other)),
    failures,
    runsElsewhere: pods.some(pod => cniComponentsOf(pod).includes(product)),
  })
}

/** Whether the product has a pod here, or a DaemonSet that should have created one, which another check judges. */
function isServed(product: ComponentId, { node, pods, daemonSets }: Sources, takenAt: number): boolean {
  const sets = daemonSets.filter(
    ({ labels, containers, name }) => componentOf({ labels, containers, names: [name] })?.id === product,
  )
  const isPart = (pod: Pod) => cniComponentsOf(pod).includes(product)
  return daemonState(node, { pods, daemonSets: sets, isPart }, takenAt).kind !== 'not-wanted'
}

/** Host programs that act as a CNI daemon; k3s and MicroK8s embed flannel. */
const daemons: Partial<Record<ComponentId, RegExp>> = {
  flannel: /^(?:flanneld|k3s|rke2|kubelite)/,
  calico: /^(?:calico|felix)/,
  cilium: /^cilium-agent/,
  weave: /^weaver?$/,
  aws: /^(?:aws-k8s-agent|ipamd)/,
  antrea: /^antrea-agent/,
  kindnet: /^kindnetd/,
  'kube-router': /^(?:kube-router|k3s|k0s)/,
  'kube-ovn': /^kube-ovn/,
  'ovn-kubernetes': /^ovnkube/,
  multus: /^multus/,
}

function isHostService(product: ComponentId, { directory }: CniConfig, processes: Reading<Processes>): boolean {
  if (!isOk(processes)) return /\/(?:k3s|rke2|microk8s)\//.test(directory.path)
  return processes.value.processes.some(({ name }) => daemons[product]?.test(name))
}

/** Whether the failure is due to the missing product: its plugin lacks its daemon, its rights or itself. */
function isFor(product: ComponentId, { cause, plugin, text }: SandboxFailure): boolean {
  if (cause === 'plugin-missing') return plugin !== null && productOfPlugin(plugin) === product
  return ['daemon-away', 'unauthorised', 'network'].includes(cause) && missesDaemon.test(text)
}

const missesDaemon =
  /connection refused|no such file or directory|deadline exceeded|time[d]?[ -]?out|unauthorized|forbidden|not found|could not find|agent running/i

const isUsable = ({ content }: CniConfigFile): boolean =>
  isOk(content) && content.value.problem === null && content.value.plugins.some(({ type }) => type !== 'loopback')
