import type { CniConfigFile } from '../../../shared/node/cni-config.ts'
import type { HostLogs } from '../../../shared/node/host-logs.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, quote } from '../../model/command.ts'
import { effectiveConfig, flavourOf } from '../../model/effective-config.ts'
import { harmOn } from '../../model/harm.ts'
import { podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'CNI006',
  severity: 'error',
  title: 'Incompatible CNI versions',
  explains: ['POD001', 'IPM001', 'POD004', 'NOD006', 'NOD001'],
  needs: [],
  wants: ['cniConfig', 'runtime', 'hostLogs'],
  decisive: ['runtime'],
  wantsCluster: ['nodes', 'pods', 'events'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const harm = harmOn(node, maybeCluster, takenAt)
    const files = filesInUse(maybe, apiNode(maybeCluster.nodes, node))
    const [failure] = harm.failures.filter(({ cause }) => cause === 'incompatible-version')
    if (failure) {
      return found(
        draft({
          node,
          file: fileOf(files ?? [], failure.text),
          at: `Event of Pod ${podKey(failure.pod)}`,
          line: failure.text,
        }),
      )
    }
    const status = refusalByStatus(maybe.runtime)
    if (status !== null)
      return found(draft({ node, file: files?.[0], at: `${node}: CRI status of the runtime`, line: status }))
    const bare = (files ?? []).find(
      ({ content }) => isOk(content) && content.value.problem === null && content.value.cniVersion === null,
    )
    const line = bare ? refusalIn(maybe.hostLogs) : null
    if (bare) return found(withoutVersion({ node, file: bare, line }))
    if (files === null) return notRun('which CNI configuration is in use is not known')
    return harm.known
      ? passed
      : notRun('pods or events not read, so it is not known whether a plugin refuses its configuration')
  },
})

type Parts = Parameters<typeof effectiveConfig>[0]['runtime']

function filesInUse(
  { cniConfig, runtime }: { cniConfig: Reading<Parameters<typeof effectiveConfig>[0]['config']>; runtime: Parts },
  node: ReturnType<typeof apiNode>,
): readonly CniConfigFile[] | null {
  if (!isOk(cniConfig)) return null
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour: flavourOf(runtime, node) })
  return isOk(effective) ? effective.value.inUse : null
}

/** Since CNI 1.1.0 the runtime sends STATUS to plugins, and reports when one does not support that version. */
function refusalByStatus(runtime: Parts): string | null {
  const conditions = isOk(runtime) ? runtime.value.conditions : []
  const refused = conditions.find(({ status, message }) => !status && refusal.test(message))
  return refused ? refused.message : null
}

/** libcni/api.go and pkg/version of the CNI project. */
const refusal = /plugin version does not allow STATUS|incompatible CNI versions|unsupported CNI (?:result )?version/

/** The file whose version the message names, otherwise the first in use. */
function fileOf(files: readonly CniConfigFile[], text: string): CniConfigFile | undefined {
  const version = /config is "([^"]*)"/.exec(text)?.[1]
  return files.find(({ content }) => isOk(content) && content.value.cniVersion === version) ?? files[0]
}

/** A runtime reports an unsupported version when it tears down a pod's network. */
function refusalIn(hostLogs: Reading<HostLogs>): { readonly at: string; readonly line: string } | null {
  const logs = isOk(hostLogs) ? hostLogs.value.logs : []
  const hits = logs.flatMap(({ source, entries }) =>
    valueOr(entries, [])
      .filter(({ message }) => /the version is empty|invalid version ""/.test(message))
      .map(({ message }) => ({ at: source, line: oneLine(message, 240) })),
  )
  return hits.at(-1) ?? null
}

interface Case {
  readonly node: string
  readonly file: CniConfigFile | undefined
  readonly at: string
  readonly line: string
}

function draft({ node, file, at, line }: Case): Draft {
  const supported = /plugin supports \[([^\]]*)\]/.exec(line)?.[1]
  return {
    message: `a CNI plugin on ${node} does not take the version that ${file ? file.name : 'its configuration'} states`,
    evidence: [
      { at, observed: oneLine(line, 240), ...(supported ? { expected: `one of ${oneLine(supported, 80)}` } : {}) },
    ],
    danger: 'no pod gets a network, and where only taking down fails addresses leak',
    remedies: [remedy(file?.name ?? '*')],
  }
}

const withoutVersion = ({
  node,
  file,
  line,
}: {
  node: string
  file: CniConfigFile
  line: ReturnType<typeof refusalIn>
}): Draft => ({
  severity: line ? 'error' : 'warning',
  message: `${file.name} on ${node} states no cniVersion`,
  evidence: [
    { at: `${node}: ${file.name}`, observed: 'no cniVersion', expected: 'a version that runtime and plugins know' },
    ...(line ? [{ at: `${node}: ${line.at}`, observed: line.line }] : []),
  ],
  danger: 'some runtimes cannot take a network down without it: pods stay in Terminating and their addresses leak',
  remedies: [remedy(file.name)],
})

/** Each plugin reports its own versions. */
const remedy = (name: string): Draft['remedies'][number] => ({
  title: 'state a cniVersion that all plugins of the file speak, or install plugins that speak the one it states',
  commands: [
    onNode(`grep -n cniVersion ${quote(`/etc/cni/net.d/${name}`)}`),
    onNode('for p in /opt/cni/bin/*; do echo "$p $(echo \'{"cniVersion":"1.0.0"}\' | CNI_COMMAND=VERSION $p)"; done'),
  ],
  risk: 'none',
})
