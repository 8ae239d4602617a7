import type { LogLine } from './log-lines.ts'

/** Why a certificate of the API server or of a client was refused. */
export type CertificateFault =
  | 'own-expired'
  | 'expired'
  | 'not-yet-valid'
  | 'unknown-authority'
  | 'wrong-name'
  | 'client-refused'

/** A log line about a refused certificate, with the kind of fault. */
export interface CertificateError extends LogLine {
  readonly fault: CertificateFault
}

/** Error texts of Go's crypto/x509 and crypto/tls; the first match determines the fault. */
const faults: readonly (readonly [CertificateFault, RegExp])[] = [
  // Old kubelets name no file. Source: pkg/kubelet/certificate/bootstrap of Kubernetes.
  ['own-expired', /part of the existing bootstrap client certificate (?:in \S+ )?is expired/],
  ['not-yet-valid', /x509: certificate has expired or is not yet valid: current time \S+ is before/],
  ['expired', /x509: certificate has expired|certificate has expired or is not yet valid|tls: expired certificate/],
  ['unknown-authority', /x509: certificate signed by unknown authority/],
  [
    'wrong-name',
    /x509: (?:certificate is valid for .*, not|cannot validate certificate for|certificate is not valid for any names)/,
  ],
  ['client-refused', /remote error: tls: (?:bad certificate|unknown certificate|certificate required)/],
]

/** Other parties that speak TLS, also those that ask a server of the node: they say nothing of its own clients. */
const foreign =
  /TLS handshake error from|registry|pull(?:ing)? image|image|webhook|metrics\.k8s\.io|aggregator|etcd|docker\.io|quay\.io/i

/** Log lines about a refused certificate between cluster components and the API server. */
export const certificateErrors = (lines: readonly LogLine[]): readonly CertificateError[] =>
  lines.flatMap(line => {
    const fault = foreign.test(line.text) ? undefined : faults.find(([, pattern]) => pattern.test(line.text))?.[0]
    return fault ? [{ ...line, fault }] : []
  })
