import type { Evidence } from '../../../shared/finding.ts'
import type { CniDaemons } from '../../../shared/node/cni-daemons.ts'
import type { CniKubeconfigs } from '../../../shared/node/cni-kubeconfigs.ts'
import { isMissing, isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { servesPods } from '../../model/cni-products.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { harmOn } from '../../model/harm.ts'
import { ageOf, livePodsOn, podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'
import { teardownFailures } from '../../model/teardown-failures.ts'

export default nodeCheck({
  code: 'CNI012',
  severity: 'error',
  title: 'Calico CNI unauthorized or not up',
  explains: ['POD001', 'POD004'],
  needs: ['cniConfig'],
  wants: ['runtime', 'cniKubeconfigs', 'cniDaemons'],
  cluster: ['nodes', 'pods'],
  wantsCluster: ['events'],
  decisive: ['cniKubeconfigs', 'events'],
  run: ({ node, parts: { cniConfig }, maybe, cluster: { nodes, pods }, maybeCluster, takenAt }) => {
    const known = nodes.find(({ name }) => name === node)
    const serves = servesPods('calico', { config: cniConfig, runtime: maybe.runtime, node: known })
    if (!isOk(serves)) return notRun(serves.detail)
    if (!serves.value) return notApplicable('Calico serves no pods here')
    const { failures } = harmOn(node, { pods: { status: 'ok', value: pods }, ...maybeCluster }, takenAt)
    const daemon = livePodsOn(pods, node).find(pod => cniComponentsOf(pod).includes('calico'))
    const scene = { node, failures, daemon }
    const expired = expiredTokens(maybe.cniKubeconfigs, takenAt)
    const stuck = teardownFailures(pods, valueOr(maybeCluster.events, []), takenAt).filter(
      ({ pod }) => pod.node === node,
    )
    const refused = [...failures, ...stuck].find(({ text }) => unauthorised.test(text))
    if (expired.length > 0 || refused) return found(tokenDraft(scene, { expired, refused }))
    const nameless = failures.find(({ text }) => noNodeName.test(text))
    if (nameless) return found(nodeNameDraft(scene, { nameless, daemons: maybe.cniDaemons }))
    return isOk(maybe.cniKubeconfigs) || isOk(maybeCluster.events)
      ? passed
      : notRun(`neither the plugin’s token nor events were read: ${maybe.cniKubeconfigs.detail}`)
  },
})

/** Refused certificates have a check of their own. */
const unauthorised = /unauthorized/i
const noNodeName = /\/calico\/nodename/

interface Scene {
  readonly node: string
  readonly failures: readonly SandboxFailure[]
  readonly daemon: Pod | undefined
}

interface Expired {
  readonly path: string
  readonly expiresAt: string
}

const expiredTokens = (kubeconfigs: Reading<CniKubeconfigs>, takenAt: number): readonly Expired[] =>
  Object.entries(isOk(kubeconfigs) ? kubeconfigs.value.files : {}).flatMap(([path, file]) => {
    const expiresAt = isOk(file) && /\/(?:calico|canal)-kubeconfig$/.test(path) ? file.value.token?.expiresAt : null
    return expiresAt && (ageOf(expiresAt, takenAt) ?? -1) > 0 ? [{ path, expiresAt }] : []
  })

function tokenDraft(
  scene: Scene,
  { expired, refused }: { expired: readonly Expired[]; refused: Pick<SandboxFailure, 'pod' | 'text'> | undefined },
): Draft {
  const [first] = expired
  return {
    confidence: first ? 'certain' : 'likely',
    message: first
      ? `the token in ${first.path} of ${scene.node} has expired, so Calico’s plugin is refused by the API server`
      : `the API server refuses Calico’s plugin on ${scene.node} as unauthorized`,
    evidence: [
      ...expired.map(({ path, expiresAt }) => ({
        at: `${scene.node}:${path}`,
        observed: `its token ended at ${expiresAt}`,
        expected: 'a token that calico-node renews before its end',
      })),
      ...(refused ? [eventEvidence(refused)] : []),
    ],
    danger: 'pods of this node neither get a network nor end: both need Calico’s resources in the API',
    remedies: [restart(scene, 'start calico-node of this node again, it writes a new token')],
  }
}

function nodeNameDraft(
  scene: Scene,
  { nameless, daemons }: { nameless: SandboxFailure; daemons: Reading<CniDaemons> },
): Draft {
  const { node, daemon } = scene
  const mounts = daemon ? daemon.volumes.some(({ hostPath }) => hostPath?.startsWith('/var/lib/calico')) : null
  const isGone = isOk(daemons) && isMissing(daemons.value.calicoNodeName)
  return {
    message: `/var/lib/calico/nodename is missing on ${node}${mounts === false ? ', calico-node does not mount /var/lib/calico and so cannot write it' : ', calico-node has not written it'}`,
    evidence: [
      eventEvidence(nameless),
      ...(isGone ? [{ at: `${node}:/var/lib/calico/nodename`, observed: 'missing', expected: 'the node’s name' }] : []),
      ...(mounts === false && daemon
        ? [{ at: `Pod ${podKey(daemon)}`, observed: 'has no volume of /var/lib/calico', expected: 'a hostPath volume' }]
        : []),
    ],
    danger: 'Calico’s plugin does not know its node, so no pod gets a network there',
    remedies:
      mounts === false
        ? [
            {
              title: 'apply the manifest of the same release as the plugin, whose calico-node mounts /var/lib/calico',
              commands: [
                onWorkstation(
                  `kubectl -n ${quote(daemon?.namespace ?? 'kube-system')} get daemonset calico-node -o yaml`,
                ),
                onWorkstation('kubectl apply -f <calico.yaml of that release>'),
              ],
              risk: 'disruptive',
              rollback: 'kubectl -n kube-system rollout undo daemonset calico-node',
            },
          ]
        : [restart(scene, 'see why calico-node has not started, then start it again')],
  }
}

const eventEvidence = ({ pod, text }: Pick<SandboxFailure, 'pod' | 'text'>): Evidence => ({
  at: `Event of Pod ${podKey(pod)}`,
  observed: oneLine(text, 240),
})

const restart = ({ node, daemon }: Scene, title: string): Draft['remedies'][number] => ({
  title,
  commands: [
    onNode('ls -l /etc/cni/net.d /var/lib/calico'),
    onWorkstation(
      daemon
        ? `kubectl -n ${quote(daemon.namespace)} delete pod ${quote(daemon.name)}`
        : `kubectl get pods -A -l k8s-app=calico-node --field-selector spec.nodeName=${quote(node)}`,
    ),
  ],
  risk: 'low',
})
