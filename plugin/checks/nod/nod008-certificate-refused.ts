import type { Remedy } from '../../../shared/finding.ts'
import type { Certificates } from '../../../shared/node/certificates.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import { type CertificateError, type CertificateFault, certificateErrors } from '../../model/certificate-errors.ts'
import { onNode, quote } from '../../model/command.ts'
import { containerLines, recentHostLines } from '../../model/log-lines.ts'
import { podKey } from '../../model/pods.ts'
import { recentFailures } from '../../model/sandbox-failures.ts'

export default clusterCheck({
  code: 'NOD008',
  severity: 'error',
  title: 'Certificate refused',
  explains: ['NOD001', 'NOD003', 'CNI007', 'CNI012', 'PRX011', 'POD001'],
  wants: ['hostLogs', 'certificates'],
  cluster: ['pods'],
  wantsCluster: ['componentLogs', 'events'],
  decisive: ['componentLogs', 'events'],
  run: ({ cluster: { pods }, maybeCluster: { componentLogs, events }, nodes, takenAt }) => {
    const unwell = new Map(pods.filter(({ ready }) => !ready).map(pod => [podKey(pod), pod.node]))
    const logs = isOk(componentLogs) ? componentLogs.value : []
    const drafts = [...new Set([...nodes.keys(), ...pods.flatMap(({ node }) => node ?? [])])].flatMap(node => {
      const ofPods = logs.filter(log => unwell.get(podKey({ namespace: log.namespace, name: log.pod })) === node)
      const parts = nodes.get(node)
      const failures = isOk(events) ? recentFailures(node, { events: events.value, pods }, takenAt) : []
      const lines = [
        ...ofPods.flatMap(containerLines),
        ...failures.map(({ pod, text }) => ({ source: `Event of Pod ${podKey(pod)}`, text })),
        ...(parts ? recentHostLines(parts.hostLogs, takenAt, ['kubelet', 'cni', 'kube-proxy']) : []),
      ]
      const errors = certificateErrors(lines)
      const files = parts ? expiredFiles(parts.certificates, takenAt) : []
      return errors.length > 0 || files.some(isVital) ? [draft(node, errors, files)] : []
    })
    const unread = [...nodes].flatMap(([name, parts]) =>
      isOk(parts.hostLogs) || isOk(parts.certificates) ? [] : [name],
    )
    return foundAmong(
      drafts,
      unread.length > 0 ? [{ nodes: unread, why: 'neither logs nor certificates of the node were read' }] : [],
    )
  },
})

interface Expired {
  readonly path: string
  readonly notAfter: string
}

/** Files whose first certificate has expired; the others in a file are its CAs. */
const expiredFiles = (certificates: Reading<Certificates>, takenAt: number): readonly Expired[] =>
  Object.entries(isOk(certificates) ? certificates.value.files : {}).flatMap(([path, reading]) => {
    const [own] = isOk(reading) ? reading.value : []
    return own && Date.parse(own.notAfter) < takenAt ? [{ path, notAfter: own.notAfter }] : []
  })

/** Whether components depend on it; the kubelet's self-signed serving certificate is not verified by anybody. */
const isVital = ({ path }: Expired): boolean => !/kubelet(?:-server-current\.pem|\.crt)$|serving-kubelet/.test(path)

const says: Readonly<Record<CertificateFault, string>> = {
  'own-expired': 'the kubelet’s own client certificate has expired, so it does not start',
  expired: 'the certificate that the API server shows has expired',
  'not-yet-valid': 'certificates are not valid yet: the clock of the node, or of who made them, is wrong',
  'unknown-authority': 'the API server’s certificate is of an authority that clients on this node do not trust',
  'wrong-name': 'the API server’s certificate does not hold the name or address by which it is asked',
  'client-refused': 'the API server refuses the certificate of a client on this node',
}

/** A wrong clock first, because it causes all other messages. */
const order: readonly CertificateFault[] = [
  'not-yet-valid',
  'own-expired',
  'expired',
  'unknown-authority',
  'wrong-name',
  'client-refused',
]

function draft(node: string, errors: readonly CertificateError[], files: readonly Expired[]): Draft {
  const fault = order.find(each => errors.some(error => error.fault === each))
  const first = errors.find(error => error.fault === fault)
  const vital = files.filter(isVital)
  return {
    subject: { kind: 'Node', name: node },
    message: `${node}: ${fault ? says[fault] : `the certificate ${vital[0]?.path} has expired`}`,
    evidence: [
      ...(first
        ? [
            {
              at: `${node}: ${first.source}`,
              observed: `${first.text}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}`,
            },
          ]
        : []),
      ...files.map(({ path, notAfter }) => ({ at: `${node}:${path}`, observed: `expired at ${notAfter}` })),
    ],
    danger: 'kubelet, CNI and kube-proxy cannot speak to the API server: pods are neither started nor given a network',
    remedies: [fault === 'not-yet-valid' ? setClock : fault === 'own-expired' ? joinAgain(node) : renew],
  }
}

const setClock: Remedy = {
  title: 'set the clock, and see that it stays set',
  commands: [onNode('date -u; timedatectl status || chronyc tracking'), onNode('systemctl restart systemd-timesyncd')],
  risk: 'low',
  rollback: 'none is needed',
}

/** With its certificate the kubelet has lost the right to ask for a new one. */
const joinAgain = (node: string): Remedy => ({
  title: 'give the kubelet a new client certificate',
  commands: [
    onNode('openssl x509 -noout -enddate -in /var/lib/kubelet/pki/kubelet-client-current.pem'),
    onNode('mkdir -p /root/kubelet-before && mv /var/lib/kubelet/pki/kubelet-client* /root/kubelet-before/'),
    onNode(
      `cp -p /etc/kubernetes/kubelet.conf /root/kubelet-before/ && kubeadm kubeconfig user --org system:nodes --client-name ${quote(`system:node:${node}`)} > /root/kubelet.conf   # on a control plane node, then copy it to /etc/kubernetes/kubelet.conf of ${node}`,
    ),
    onNode('systemctl restart kubelet'),
  ],
  risk: 'low',
  rollback:
    'mv /root/kubelet-before/kubelet-client* /var/lib/kubelet/pki/ && cp -p /root/kubelet-before/kubelet.conf /etc/kubernetes/',
})

const renew: Remedy = {
  title: 'compare the file with what is served; a server that was not restarted goes on with the old certificate',
  commands: [
    onNode('openssl x509 -noout -dates -issuer -in /etc/kubernetes/pki/apiserver.crt   # on a control plane node'),
    onNode('openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -dates -issuer'),
    onNode('kubeadm certs check-expiration && kubeadm certs renew all   # then restart the static pods'),
    onNode('systemctl restart kubelet'),
  ],
  risk: 'disruptive',
  rollback: 'put the files of /etc/kubernetes/pki back from a copy made before',
}
