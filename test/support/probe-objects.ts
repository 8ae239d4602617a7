import type { ProbeAnswer, ProbeResult, ProbeTarget } from '../../shared/protocol/probes.ts'
import { ok } from '../../shared/reading.ts'

/** A connection to the kubelet's port of node2, unless told otherwise. */
export const tcpTarget = (change: Partial<Omit<ProbeTarget, 'kind' | 'name'>> = {}): ProbeTarget => ({
  kind: 'tcp',
  purpose: 'node',
  label: 'node2',
  node: 'node2',
  pod: null,
  address: '10.0.0.2',
  port: 10_250,
  ...change,
})

/** A lookup of the cluster's own name out of a pod, over UDP. */
export const dnsTarget = (change: Partial<Extract<ProbeTarget, { name: string }>> = {}): ProbeTarget => ({
  kind: 'dns-udp',
  purpose: 'cluster-name',
  label: 'Service kube-system/kube-dns',
  node: null,
  pod: 'u1',
  address: '10.96.0.10',
  port: 53,
  name: 'kubernetes.default.svc.cluster.local',
  ...change,
})

/** A question with its answer: a connection within a millisecond, unless told otherwise. */
export const probed = (target: ProbeTarget, change: Partial<ProbeAnswer> = {}): ProbeResult => ({
  target,
  answer: ok({ outcome: 'connected', ms: 1, tries: 1, dns: null, detail: '', ...change }),
})

/** The answer of a packet filter that drops. */
export const lost = { outcome: 'timed-out', ms: 2_000 } as const
