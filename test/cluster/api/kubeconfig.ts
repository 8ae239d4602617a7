import { stringify } from 'yaml'
import type { Certificates, Identity } from './certificates.ts'

export interface KubeconfigOptions {
  readonly server: string
  readonly certificates: Certificates
  /** What the user presents: a client certificate, or a bearer token. */
  readonly user: { readonly client: Identity } | { readonly token: string }
  readonly namespace?: string
}

/** A kubeconfig with one context named `embedded`. */
export const makeKubeconfig = ({ server, certificates, user, namespace }: KubeconfigOptions): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'embedded',
    clusters: [{ name: 'embedded', cluster: { server, 'certificate-authority-data': base64(certificates.authority) } }],
    users: [{ name: 'admin', user: userOf(user) }],
    contexts: [
      {
        name: 'embedded',
        context: { cluster: 'embedded', user: 'admin', ...(namespace === undefined ? {} : { namespace }) },
      },
    ],
  })

const userOf = (user: KubeconfigOptions['user']) =>
  'token' in user
    ? { token: user.token }
    : { 'client-certificate-data': base64(user.client.certificate), 'client-key-data': base64(user.client.key) }

const base64 = (text: string) => Buffer.from(text).toString('base64')
