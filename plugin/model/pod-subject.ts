import type { Subject } from '../../shared/finding.ts'
import type { Pod } from '../cluster/pods.ts'

/** A pod as the subject of a finding, with the node on which it runs. */
export const podSubject = ({ namespace, name, node }: Pod): Subject => ({
  kind: 'Pod',
  namespace,
  name,
  ...(node === null ? {} : { nodes: [node] }),
})
