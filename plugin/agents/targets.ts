import { NetcheckError } from '../../shared/errors.ts'
import { compareText } from '../../shared/text.ts'
import type { ApiNode } from '../cluster/nodes.ts'

/** A node that gets an agent. */
export interface Target {
  readonly name: string
  /** Why the node may not answer, from the API's view; null for a node that should. */
  readonly doubt: string | null
}

/** Nodes with and without an agent. */
export interface Targets {
  readonly targets: readonly Target[]
  /** Nodes that no agent is sent to, with the reason. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[]
}

/** Splits nodes into those that get an agent and those that cannot. Throws NO_NODES when none can. */
export function chooseTargets(nodes: readonly ApiNode[]): Targets {
  const judged = nodes
    .map(node => ({ node, why: obstacle(node) }))
    .sort((a, b) => compareText(a.node.name, b.node.name))
  const targets = judged.flatMap(({ node, why }) => (why === null ? [{ name: node.name, doubt: doubtOf(node) }] : []))
  const skipped = judged.flatMap(({ node, why }) => (why === null ? [] : [{ name: node.name, why }]))
  if (targets.length > 0) return { targets, skipped }
  const [first] = skipped
  throw new NetcheckError(
    'NO_NODES',
    `no node can be read: ${first ? `${first.name}: ${first.why}` : 'the cluster has none'}`,
    {
      hint: 'agents run on Linux nodes only',
    },
  )
}

function obstacle({ os, labels }: ApiNode): string | null {
  if (os !== 'linux') return `a ${os} node: agents run on Linux only`
  if (labels.type === 'virtual-kubelet') return 'a virtual node: it has no host to look at'
  if (labels['eks.amazonaws.com/compute-type'] === 'fargate') return 'a Fargate node: it has no host to look at'
  return null
}

/** A silent kubelet starts no pod; one that reports NotReady does. */
function doubtOf({ conditions }: ApiNode): string | null {
  const ready = conditions.find(({ type }) => type === 'Ready')
  if (!ready) return 'NotReady: its kubelet has never reported'
  if (ready.status !== 'Unknown') return null
  return `NotReady${ready.since ? ` since ${ready.since}` : ''}: ${ready.message || 'its kubelet is silent'}`
}
