import type { Evidence, Remedy } from '../../shared/finding.ts'
import { isOk } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import { nameOfProduct, typesOf } from './cni-products.ts'
import { onNode, onWorkstation, quote } from './command.ts'
import type { ComponentId } from './components.ts'
import type { Leftover } from './leftover-configs.ts'
import { podKey } from './pods.ts'

/** Evidence that configurations of a product are abandoned: the files, the missing daemon, the pods. */
export function leftoverEvidence(leftovers: readonly Leftover[]): readonly Evidence[] {
  const failures = leftovers.flatMap(({ failures }) => failures)
  const [first, failure] = [leftovers[0], failures[0]]
  const product = first ? nameOfProduct(first.product) : 'it'
  const [file, ...otherFiles] = leftovers.slice(0, 5).map(fileEvidence)
  return [
    ...(file ? [file] : []),
    ...(failure
      ? [
          {
            at: `Event of Pod ${podKey(failure.pod)}`,
            observed: `${oneLine(failure.text, 240)}${more(failures.length)}`,
          },
        ]
      : []),
    {
      at: 'API: DaemonSets and Pods',
      observed: first?.runsElsewhere ? `no pod of ${product} on the node, and none is wanted` : `none of ${product}`,
      expected: `${product} running on each node that is configured for it`,
    },
    ...otherFiles,
  ]
}

/** Removes the file when another configuration would take over; otherwise reinstalls its CNI, or another one first. */
export function leftoverRemedies(leftovers: readonly Leftover[]): readonly Remedy[] {
  const [first] = leftovers
  if (!first) return []
  const product = nameOfProduct(first.product)
  const path = quote(`${first.directory}/${first.file.name}`)
  const remove = onNode(`mv ${path} ${path}.disabled`)
  const rollback = `mv ${path}.disabled ${path}`
  const next = leftovers.every(({ others }) => others.length > 0) ? first.others[0] : undefined
  if (next)
    return [
      {
        title: `move it out of the way; the runtime then takes ${next.name}`,
        commands: [remove],
        risk: 'low',
        rollback,
      },
    ]
  return [
    {
      title: `where pods are meant to use ${product}: install it again`,
      commands: [onWorkstation(installers[first.product] ?? `kubectl apply -f <manifest of ${product}>`)],
      risk: 'low',
      rollback: 'kubectl delete -f the same manifest',
    },
    {
      title: `where ${product} was removed on purpose: install the CNI that follows it, then move the file out of the way on each of these nodes (without another configuration they become NotReady)`,
      commands: [onWorkstation('kubectl apply -f <manifest of the CNI that follows>'), remove],
      risk: 'disruptive',
      rollback,
    },
  ]
}

function fileEvidence({ node, directory, file }: Leftover): Evidence {
  const types = isOk(file.content) ? typesOf(file.content.value) : []
  return { at: `${node}:${directory}/${file.name}`, observed: `in use; its plugins are ${types.join(', ')}` }
}

const more = (count: number) => (count > 1 ? ` (and ${count - 1} more pods)` : '')

/** From the installation pages of the projects. */
const installers: Partial<Record<ComponentId, string>> = {
  weave: 'kubectl apply -f https://github.com/weaveworks/weave/releases/download/v2.8.1/weave-daemonset-k8s.yaml',
  flannel: 'kubectl apply -f https://github.com/flannel-io/flannel/releases/latest/download/kube-flannel.yml',
  cilium: 'cilium install',
  calico: 'kubectl apply -f https://raw.githubusercontent.com/projectcalico/calico/<release>/manifests/calico.yaml',
}
