import * as z from 'zod/mini'
import { findKubeletProcess } from '../discovery/kubelet-process.ts'
import { mapReads, unlessUnread } from '../discovery/values.ts'
import { certificateSchema, parseCertificates } from '../formats/certificate.ts'
import { flagValue } from '../formats/flags.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk } from '../reading.ts'
import { readText } from '../text.ts'

/**
 * Validity of the certificates used between this node and the API server. Nothing else of them is kept; private keys in
 * the same file leave neither the collector nor the recording.
 */
export const certificatesSchema = z.object({
  /** Certificates by path, in file order; paths that do not exist are left out. */
  files: z.record(z.string(), readingOf(z.array(certificateSchema))),
})
export type Certificates = z.infer<typeof certificatesSchema>

/** Sources: kubelet's --cert-dir and its rotation, kubeadm, k3s, RKE2, MicroK8s, k0s. */
const paths: readonly string[] = [
  '/var/lib/kubelet/pki/kubelet-client-current.pem',
  '/var/lib/kubelet/pki/kubelet-server-current.pem',
  '/var/lib/kubelet/pki/kubelet.crt',
  '/etc/kubernetes/pki/ca.crt',
  '/etc/kubernetes/pki/apiserver.crt',
  '/etc/kubernetes/pki/apiserver-kubelet-client.crt',
  '/etc/kubernetes/pki/front-proxy-client.crt',
  ...['k3s', 'rke2'].flatMap(name =>
    ['client-ca.crt', 'server-ca.crt', 'client-kubelet.crt', 'serving-kubelet.crt', 'client-kube-proxy.crt'].map(
      file => `/var/lib/rancher/${name}/agent/${file}`,
    ),
  ),
  '/var/snap/microk8s/current/certs/ca.crt',
  '/var/snap/microk8s/current/certs/server.crt',
  '/var/snap/microk8s/current/certs/kubelet.crt',
  '/var/lib/k0s/pki/ca.crt',
  '/var/lib/k0s/kubelet/pki/kubelet-client-current.pem',
]

export const certificates = definePart<Certificates>({
  schema: certificatesSchema,
  collect: async host => {
    const read = await mapReads([...new Set([...paths, ...(await configuredPaths(host))])], async path => {
      const text = await readText(host, path, { maxBytes: 256 << 10 })
      return [path, isOk(text) ? parseCertificates(text.value) : text] as const
    })
    const files = Object.fromEntries(read.filter(([, reading]) => !isMissing(reading)))
    return unlessUnread(
      read.map(([, reading]) => reading),
      { files },
    )
  },
})

/** Paths set by the kubelet's flags. */
async function configuredPaths(host: Host): Promise<readonly string[]> {
  const found = await findKubeletProcess(host)
  const args = isOk(found) ? found.value.args : []
  const directory = flagValue(args, 'cert-dir')
  const inside =
    directory === null ? [] : ['kubelet-client-current.pem', 'kubelet.crt'].map(name => `${directory}/${name}`)
  return [flagValue(args, 'tls-cert-file'), flagValue(args, 'client-ca-file'), ...inside].filter(path => path !== null)
}
