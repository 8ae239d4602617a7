import { generate } from 'selfsigned'

/** PEM texts. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

export interface Certificates {
  readonly authority: string
  readonly server: Identity
  readonly client: Identity
}

/** An authority, a server certificate for the loopback address, and a client certificate for `kubernetes-admin`. */
export async function makeCertificates(): Promise<Certificates> {
  const authority = await generate(named('kubernetes'), {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  })
  const ca = { key: authority.private, cert: authority.cert }
  const [server, client] = await Promise.all([
    generate(named('kube-apiserver'), {
      ...common,
      ca,
      extensions: [
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 7, ip: '127.0.0.1' },
            { type: 2, value: 'localhost' },
          ],
        },
      ],
    }),
    generate(named('kubernetes-admin'), { ...common, ca, extensions: [{ name: 'extKeyUsage', clientAuth: true }] }),
  ])
  return {
    authority: authority.cert,
    server: { certificate: server.cert, key: server.private },
    client: { certificate: client.cert, key: client.private },
  }
}

const common = { keyType: 'ec', algorithm: 'sha256' } as const

const named = (value: string) => [{ name: 'commonName', value }]
