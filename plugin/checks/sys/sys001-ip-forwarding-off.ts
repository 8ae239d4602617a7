import type { Bridges } from '../../../shared/node/bridges.ts'
import type { Routes } from '../../../shared/node/routes.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode } from '../../model/command.ts'
import { podBridges } from '../../model/pod-bridges.ts'
import { networkedPodsOn } from '../../model/pods.ts'
import { serviceProxy } from '../../model/service-proxy.ts'

const key = 'net/ipv4/ip_forward'

export default nodeCheck({
  code: 'SYS001',
  severity: 'error',
  title: 'IP forwarding off',
  explains: ['NET002', 'NET004', 'API003', 'DNS009'],
  needs: ['sysctls'],
  wants: ['bridges', 'links', 'routes', 'processes', 'kubeProxy'],
  wantsCluster: ['pods', 'daemonSets', 'nodes'],
  decisive: ['bridges', 'links', 'routes', 'pods'],
  run: ({ node, parts: { sysctls }, maybe, maybeCluster }) => {
    const global = sysctls.values[key]
    if (!global || !isOk(global)) return notRun(`/proc/sys/${key} not read: ${global?.detail ?? 'nobody asked for it'}`)
    const pods = isOk(maybeCluster.pods) ? networkedPodsOn(maybeCluster.pods.value, node) : null
    const off =
      global.value === '0'
        ? [key]
        : devices(maybe, pods?.flatMap(({ ips }) => ips) ?? []).filter(path => isOff(sysctls.values[path]))
    if (off.length === 0) return passed
    const proxy = serviceProxy({
      name: node,
      node: apiNode(maybeCluster.nodes, node),
      pods: valueOr(maybeCluster.pods, []),
      daemonSets: valueOr(maybeCluster.daemonSets, []),
      processes: maybe.processes,
      kubeProxy: maybe.kubeProxy,
    })
    const bypass = proxy.kind === 'replaced' && !proxy.usesNetfilter ? proxy.by : null
    return found(draft({ node, off, bypass, pods: pods?.length ?? null }))
  },
})

const isOff = (value: Reading<string> | undefined) => value !== undefined && isOk(value) && value.value === '0'

/** The kernel asks the device on which a packet arrives: the pods' bridge and the one of the default route count. */
function devices(
  {
    bridges,
    routes,
    links,
  }: { bridges: Reading<Bridges>; routes: Reading<Routes>; links: Parameters<typeof podBridges>[0]['links'] },
  podAddresses: readonly string[],
): readonly string[] {
  const ofPods = isOk(bridges) ? podBridges({ bridges: bridges.value, links, configs: [], podAddresses }) : []
  const defaults = isOk(routes)
    ? routes.value.routes.filter(
        ({ family, table, destination }) => family === 4 && table === 'main' && destination === '0.0.0.0/0',
      )
    : []
  const names = [...ofPods.map(({ name }) => name), ...defaults.flatMap(({ device }) => device ?? [])]
  return [...new Set(names)].map(name => `net/ipv4/conf/${name}/forwarding`)
}

interface Case {
  readonly node: string
  readonly off: readonly string[]
  /** A product that forwards past the kernel's routing. */
  readonly bypass: string | null
  readonly pods: number | null
}

function draft({ node, off, bypass, pods }: Case): Draft {
  const isFelt = bypass === null && pods !== null && pods > 0
  const names = off.map(path => path.replaceAll('/', '.'))
  return {
    severity: isFelt ? 'error' : 'warning',
    confidence: isFelt ? 'certain' : 'likely',
    message: `${off[0] === key ? 'IP forwarding' : `forwarding on ${off.map(path => path.split('/')[3]).join(', ')}`} is off on ${node}${bypass ? `, where ${bypass} may not need it` : ''}`,
    evidence: [
      ...off.map(path => ({ at: `${node}:/proc/sys/${path}`, observed: '0', expected: '1' })),
      ...(pods === null
        ? []
        : [{ at: `Node ${node}`, observed: `${pods} pods with a network of their own run there` }]),
    ],
    danger: 'the node drops what its pods send to other nodes and what others send to its pods',
    remedies: [
      {
        title: 'switch it on now, and keep it on after a restart',
        commands: [
          ...names.map(name => onNode(`sysctl -w ${off[0] === key ? 'net.ipv4.ip_forward' : `'${name}'`}=1`)),
          onNode("grep -rs 'ip_forward\\|forwarding' /etc/sysctl.d /etc/sysctl.conf /usr/lib/sysctl.d /run/sysctl.d"),
          onNode('echo net.ipv4.ip_forward=1 > /etc/sysctl.d/99-kubernetes.conf'),
        ],
        risk: 'low',
        rollback: 'rm /etc/sysctl.d/99-kubernetes.conf',
      },
    ],
  }
}
