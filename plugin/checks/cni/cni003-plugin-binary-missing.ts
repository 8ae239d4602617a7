import type { Evidence } from '../../../shared/finding.ts'
import type { CniBinaries } from '../../../shared/node/cni-binaries.ts'
import { isOk } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { productsOf } from '../../model/cni-products.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { effectiveConfig, flavourOf, networkReady } from '../../model/effective-config.ts'
import { type Harm, harmEvidence, harmOn } from '../../model/harm.ts'
import { type PluginRefusal, pluginRefusal } from '../../model/plugin-refusals.ts'
import { livePodsOn } from '../../model/pods.ts'
import { findPlugin, type PluginFile, requiredPlugins } from '../../model/required-plugins.ts'

export default nodeCheck({
  code: 'CNI003',
  severity: 'error',
  title: 'CNI plugin binary missing',
  explains: ['POD001', 'POD004', 'NOD001', 'NOD006'],
  needs: ['cniConfig', 'cniBinaries'],
  wants: ['runtime', 'hostLogs'],
  wantsCluster: ['nodes', 'pods', 'events'],
  decisive: ['nodes'],
  run: ({ node, parts: { cniConfig, cniBinaries }, maybe, maybeCluster, takenAt }) => {
    const known = apiNode(maybeCluster.nodes, node)
    const flavour = flavourOf(maybe.runtime, known)
    const effective = effectiveConfig({ config: cniConfig, runtime: maybe.runtime, flavour })
    if (!isOk(effective)) return notRun(effective.detail)
    const files = effective.value.inUse.length > 0 ? effective.value.inUse : effective.value.next
    if (files.length === 0) return notApplicable('no configuration names a plugin')
    const names = files.flatMap(({ content }) => (isOk(content) ? requiredPlugins(content.value) : []))
    const looked = [...new Set([...names, 'loopback'])].map(name => ({
      name,
      file: findPlugin(name, cniBinaries, known?.architecture ?? ''),
    }))
    const bad = looked.filter(isBad)
    const unread = looked.flatMap(({ file }) => (file.state === 'unread' ? [file.why] : []))
    // CRI-O and Docker's shims check the plugins when they load a configuration: without them they have no network at
    // all.
    const isRefused = flavour !== 'containerd' && networkReady(maybe.runtime) === false
    if (bad.length === 0) {
      const refusal = isRefused ? pluginRefusal(maybe.hostLogs, takenAt) : null
      if (isRefused && !isOk(maybe.hostLogs))
        return notRun(`why the runtime takes no configuration: ${maybe.hostLogs.detail}`)
      if (refusal) return found(refusedDraft({ node, refusal, names, binaries: cniBinaries }))
      return unread[0] === undefined ? passed : notRun(unread[0])
    }
    const harm = harmOn(node, maybeCluster, takenAt)
    const products = files.flatMap(file => [...productsOf(file)])
    const isInstalling =
      isOk(maybeCluster.pods) &&
      livePodsOn(maybeCluster.pods.value, node).some(
        pod => !pod.ready && cniComponentsOf(pod).some(id => products.includes(id)),
      )
    return found(draft({ node, bad, binaries: cniBinaries, harm, isRefused, isInstalling }))
  },
})

interface Bad {
  readonly name: string
  readonly file: Extract<PluginFile, { state: 'missing' | 'broken' }>
}

const isBad = (look: { name: string; file: PluginFile }): look is Bad =>
  look.file.state === 'missing' || look.file.state === 'broken'

interface Case {
  readonly node: string
  readonly bad: readonly Bad[]
  readonly binaries: CniBinaries
  readonly harm: Harm
  /** Whether the runtime rejects the configuration because of missing plugins. */
  readonly isRefused: boolean
  /** Whether the daemon that installs the plugins is still starting. */
  readonly isInstalling: boolean
}

function draft({ node, bad, binaries, harm, isRefused, isInstalling }: Case): Draft {
  const directories = binaries.directories.map(({ path }) => path).join(', ')
  const isNamed = harm.failures.some(({ plugin, text }) =>
    bad.some(({ name }) => name === plugin || text.includes(`"${name}"`)),
  )
  const isFelt = isNamed || isRefused
  // A runtime may have a built-in loopback, and a directory that nobody named may be the wrong one.
  const isSure =
    bad.some(({ name }) => name !== 'loopback') && binaries.directories.some(({ source }) => source !== 'default')
  return {
    severity: isFelt || (isSure && !isInstalling) ? 'error' : 'warning',
    confidence: isFelt || isSure ? 'certain' : 'likely',
    message: sentence(node, bad, directories),
    evidence: [...bad.map(({ name, file }) => evidenceOf(node, { name, file }, directories)), ...harmEvidence(harm)],
    danger: 'adding a pod to the network fails on this node, and so does removing one, which leaks its address',
    remedies: [
      {
        title: 'copy it from a healthy node of the same architecture, or install the package that brings it again',
        commands: [
          onNode(`ls -l ${binaries.directories.map(({ path }) => quote(path)).join(' ')}`),
          onNode(
            `scp ${bad.map(({ name }) => `<healthy node>:${quote(`${binaries.directories[0]?.path ?? '/opt/cni/bin'}/${name}`)}`).join(' ')} ${quote(binaries.directories[0]?.path ?? '/opt/cni/bin')}/`,
          ),
        ],
        risk: 'low',
      },
      {
        title: 'where a CNI’s DaemonSet installs it: let its pod on this node run its installer again',
        commands: [onWorkstation('kubectl -n <namespace of the CNI> delete pod <its pod on this node>')],
        risk: 'low',
      },
    ],
  }
}

interface Refused {
  readonly node: string
  readonly refusal: PluginRefusal
  readonly names: readonly string[]
  readonly binaries: CniBinaries
}

/** The file is there and does not work: only running it tells. */
function refusedDraft({ node, refusal, names, binaries }: Refused): Draft {
  const directory = binaries.directories[0]?.path ?? '/opt/cni/bin'
  return {
    confidence: 'likely',
    message: `the runtime of ${node} takes no CNI configuration, because a plugin fails when it is asked for its version: ${oneLine(refusal.reason, 160)}`,
    evidence: [
      {
        at: `${node}: ${refusal.line.source}`,
        observed: oneLine(refusal.line.text.slice(-400), 240),
        expected: `each of ${names.join(', ')} in ${directory} prints the versions that it speaks`,
      },
    ],
    danger: 'no pod with a network of its own can start on this node',
    remedies: [
      {
        title: 'ask each plugin by hand; one that prints no JSON crashes, waits for a lock of its own, or is no plugin',
        commands: names.map(name =>
          onNode(
            `echo '{"cniVersion":"0.4.0"}' | CNI_COMMAND=VERSION ${quote(`${directory}/${name}`)}; echo "exit $?"`,
          ),
        ),
        risk: 'none',
      },
    ],
  }
}

function sentence(node: string, bad: readonly Bad[], directories: string): string {
  const [first, ...more] = bad
  if (first && more.length === 0) {
    if (first.file.state === 'broken')
      return `plugin binary "${first.name}" of ${node}: ${first.file.path} ${first.file.problem}`
    return `plugin binary "${first.name}" is missing from ${directories} of ${node}`
  }
  const missing = bad.filter(({ file }) => file.state === 'missing')
  const names = (list: readonly Bad[]) => list.map(({ name }) => `"${name}"`).join(', ')
  if (missing.length === bad.length) return `plugin binaries ${names(bad)} are missing from ${directories} of ${node}`
  return `plugin binaries ${names(bad)} of ${node} cannot be executed`
}

const evidenceOf = (node: string, { name, file }: Bad, directories: string): Evidence =>
  file.state === 'broken'
    ? { at: `${node}:${file.path}`, observed: file.problem, expected: 'an executable program' }
    : { at: `${node}:${directories}`, observed: `no file ${name}`, expected: `an executable program ${name}` }
