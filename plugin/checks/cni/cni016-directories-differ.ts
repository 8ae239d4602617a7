import type { Evidence } from '../../../shared/finding.ts'
import type { CniBinaries } from '../../../shared/node/cni-binaries.ts'
import type { CniConfig } from '../../../shared/node/cni-config.ts'
import type { Runtime } from '../../../shared/node/runtime.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { lacksNetwork } from '../../model/cni-presence.ts'
import { onNode, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { effectiveConfig, flavourOf, networkReady } from '../../model/effective-config.ts'
import { harmEvidence, harmOn, isHarmed } from '../../model/harm.ts'
import { livePodsOn, podKey } from '../../model/pods.ts'
import { findPlugin, requiredPlugins } from '../../model/required-plugins.ts'

export default nodeCheck({
  code: 'CNI016',
  severity: 'error',
  title: 'Runtime and CNI use different directories',
  explains: ['CNI001', 'CNI003'],
  needs: ['cniConfig'],
  wants: ['runtime', 'cniBinaries'],
  wantsCluster: ['nodes', 'pods', 'events'],
  decisive: ['cniBinaries', 'pods'],
  run: ({ node, parts: { cniConfig }, maybe, maybeCluster, takenAt }) => {
    if (!isOk(cniConfig.files) && !isMissing(cniConfig.files)) return notRun(cniConfig.files.detail)
    const pods = isOk(maybeCluster.pods) ? maybeCluster.pods.value : []
    const installers = livePodsOn(pods, node).filter(pod => cniComponentsOf(pod).length > 0)
    const strays = [
      ...strayConfigs(node, cniConfig, installers),
      ...strayPrograms(node, { config: cniConfig, ...maybe }, installers),
    ]
    if (
      strays.length === 0 ||
      (networkReady(maybe.runtime) === true && !strays.some(({ what }) => what === 'programs'))
    )
      return passed
    const known = apiNode(maybeCluster.nodes, node)
    const harm = harmOn(node, maybeCluster, takenAt)
    const isFelt =
      isHarmed(harm) || networkReady(maybe.runtime) === false || (known !== undefined && lacksNetwork(known))
    return found({
      ...draft(node, strays),
      severity: isFelt ? 'error' : 'warning',
      evidence: [...strays.map(({ evidence }) => evidence), ...harmEvidence(harm)],
    })
  },
})

interface Stray {
  readonly what: 'configurations' | 'programs'
  readonly read: string
  readonly written: string
  readonly evidence: Evidence
}

/** The runtime's directory is empty, while another known one is not, or the CNI's pod writes to another one. */
function strayConfigs(
  node: string,
  { directory, files, elsewhere }: CniConfig,
  installers: readonly Pod[],
): readonly Stray[] {
  if (isOk(files) && files.value.length > 0) return []
  const read = directory.path
  const expected = `files in ${read}, which the runtime reads`
  const filled = elsewhere.filter(({ files }) => files.length > 0)
  if (filled.length > 0)
    return filled.map(({ path, files }) => ({
      what: 'configurations' as const,
      read,
      written: path,
      evidence: { at: `${node}:${path}`, observed: files.slice(0, 5).join(', '), expected },
    }))
  return mountsOf(installers, /\/net\.d\/?$/)
    .filter(({ path }) => path !== read)
    .map(({ pod, path }) => ({
      what: 'configurations' as const,
      read,
      written: path,
      evidence: { at: `Pod ${podKey(pod)}`, observed: `writes its configuration to ${path}`, expected },
    }))
}

interface Host {
  readonly config: CniConfig
  readonly runtime: Reading<Runtime>
  readonly cniBinaries: Reading<CniBinaries>
}

/** A required plugin is missing, and the CNI's pod writes plugins to another directory. */
function strayPrograms(
  node: string,
  { config, runtime, cniBinaries }: Host,
  installers: readonly Pod[],
): readonly Stray[] {
  if (!isOk(cniBinaries)) return []
  const effective = effectiveConfig({ config, runtime, flavour: flavourOf(runtime, undefined) })
  const [file] = isOk(effective) ? effective.value.inUse : []
  const needed = file && isOk(file.content) ? requiredPlugins(file.content.value) : []
  const missing = needed.filter(name => findPlugin(name, cniBinaries.value, '').state === 'missing')
  const known = cniBinaries.value.directories.map(({ path }) => path)
  const read = known.join(', ')
  return mountsOf(installers, /\/cni\/bin\/?$/)
    .filter(({ path }) => missing.length > 0 && !known.includes(path))
    .map(({ pod, path }) => ({
      what: 'programs' as const,
      read,
      written: path,
      evidence: {
        at: `Pod ${podKey(pod)}`,
        observed: `writes programs to ${path}; ${missing.slice(0, 5).join(', ')} missing on ${node} in ${read}`,
        expected: `programs in ${read}, where the runtime looks`,
      },
    }))
}

const mountsOf = (pods: readonly Pod[], pattern: RegExp) =>
  pods.flatMap(pod =>
    pod.volumes.flatMap(({ hostPath }) =>
      hostPath !== null && pattern.test(hostPath) ? [{ pod, path: hostPath.replace(/\/$/, '') }] : [],
    ),
  )

function draft(node: string, [first]: readonly Stray[]): Omit<Draft, 'evidence' | 'severity'> {
  const { what, read, written } = first ?? { what: 'configurations', read: '', written: '' }
  return {
    message: `the runtime of ${node} looks for CNI ${what} in ${read}, but they are in ${written}`,
    danger: 'the node gets no network although its CNI is installed',
    remedies: [
      {
        title:
          'let the runtime read the directory that the CNI writes (containerd: conf_dir and bin_dir; CRI-O: network_dir and plugin_dirs), then restart it',
        commands: [
          onNode('crictl info | grep -iE "confDir|binDir"'),
          onNode('grep -rnE "conf_dir|bin_dir|network_dir|plugin_dirs" /etc/containerd /etc/crio'),
          onNode(`ls -l ${quote(written)}`),
        ],
        risk: 'none',
      },
      {
        title: 'or let the CNI’s DaemonSet mount the directories of the runtime',
        commands: [onNode(`ls -ld ${quote(read.split(', ')[0] ?? read)} ${quote(written)}`)],
        risk: 'none',
      },
    ],
  }
}
