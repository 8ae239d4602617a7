import type { ApiNode } from '../cluster/nodes.ts'

/** Labels with which clouds and tools mark node pools. */
const groupLabels = [
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'cloud.google.com/gke-nodepool',
  'eks.amazonaws.com/nodegroup',
  'alpha.eksctl.io/nodegroup-name',
  'kubernetes.azure.com/agentpool',
  'agentpool',
  'karpenter.sh/nodepool',
  'kops.k8s.io/instancegroup',
  'doks.digitalocean.com/node-pool',
  'pool',
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
] as const

/** Describes the group of similar nodes that a node belongs to: system, architecture, machine type and pool. */
export function groupOf({ os, architecture, osImage, labels }: ApiNode): string {
  const named = groupLabels.flatMap(label =>
    labels[label] === undefined ? [] : [`${label}${labels[label] === '' ? '' : `=${labels[label]}`}`],
  )
  return [osImage || os, architecture, ...named].filter(Boolean).join(', ')
}
