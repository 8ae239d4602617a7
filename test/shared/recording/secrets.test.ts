import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordHost } from '../../../shared/recording/record-host.ts'
import { withoutSecrets } from '../../../shared/recording/secrets.ts'
import { memoryHost } from '../../support/memory-host.ts'

const hide = (path: string, text: string) => Buffer.from(withoutSecrets(path, Buffer.from(text))).toString()
const key = (kind: string) => `-----BEGIN ${kind}PRIVATE KEY-----\nc2VjcmV0\n-----END ${kind}PRIVATE KEY-----\n`

test.each(['', 'EC ', 'RSA ', 'ENCRYPTED '])('a %sprivate key is not recorded, what stands around it is', kind => {
  expect(hide('/x.pem', `before\n${key(kind)}after\n`)).toBe('before\n(private key)\nafter\n')
})

test('a key of which a part was read is not recorded either', () => {
  const whole = key('EC ')
  fc.assert(
    fc.property(fc.nat(whole.length), cut => {
      const head = hide('/x.pem', `cert\n${whole.slice(0, cut)}`)
      if (cut >= '-----BEGIN EC PRIVATE KEY-----'.length) expect(head).not.toContain('c2V')
      const tail = hide('/x.pem', `${whole.slice(cut)}cert\n`)
      if (whole.length - cut >= '-----END EC PRIVATE KEY-----\n'.length)
        expect(tail).not.toMatch(/[A-Za-z0-9]{4,}\n-----END/)
      expect(tail).toContain('cert')
    }),
  )
})

test('tokens and keys of client configuration are hidden, in YAML and JSON', () => {
  expect(
    hide('/etc/cni/net.d/calico-kubeconfig', 'users:\n- user:\n    token: eyJhbGci.x.y\n    tokenFile: /t\n'),
  ).toBe('users:\n- user:\n    token: "(hidden)"\n    tokenFile: /t\n')
  expect(hide('/k', '    client-key-data: LS0tLS1\n')).toBe('    client-key-data: "(hidden)"\n')
})

test('the configuration in a cached CNI result is left out, the rest is kept', () => {
  const text = '{"kind":"cniCacheV1","containerId":"x","config":"eyJ0b2tlbiI6IngifQ==","ifName":"eth0"}'
  expect(hide('/var/lib/cni/results/n-x-eth0', text)).toBe(
    '{"kind":"cniCacheV1","containerId":"x","config":"","ifName":"eth0"}',
  )
})

test('of a service account’s token stays what it says of itself, without the signature', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = (sub: string) => `${encode({ alg: 'RS256' })}.${encode({ sub, exp: 1795202166 })}.`
  const [own, other] = [token('system:serviceaccount:kube-system:calico-node'), token('somebody@example.com')]
  expect(hide('/etc/cni/net.d/calico-kubeconfig', `    token: ${own}c2lnbmF0dXJl\n`)).toBe(
    `    token: "${own}hidden"\n`,
  )
  expect(hide('/k', `    token: ${other}c2lnbmF0dXJl\n`)).toBe('    token: "(hidden)"\n')
})

test('of an environment only proxies are kept, without passwords', () => {
  const environment = 'PATH=/bin\0AWS_SECRET=x\0HTTPS_PROXY=http://me:pw@proxy:3128/x?y\0no_proxy=10.0.0.0/8,.svc\0'
  expect(hide('/proc/77/environ', environment)).toBe('HTTPS_PROXY=http://proxy:3128\0no_proxy=10.0.0.0/8,.svc\0')
  expect(
    hide('/etc/systemd/system/kubelet.service.d/a.conf', 'Environment="HTTP_PROXY=http://me:p@ss@proxy:1"\n'),
  ).not.toMatch(/me:|p@|ss@/)
})

test('whatever is no secret stays byte by byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), bytes => {
      expect(withoutSecrets('/file', bytes)).toEqual(bytes)
      const text = [...bytes].map(byte => String.fromCharCode(byte)).join('')
      fc.pre(!/PRIVATE|token|password/i.test(text))
      const marked = Uint8Array.from([...Buffer.from('PRIVATE KEY-----\n'), ...bytes])
      expect(withoutSecrets('/file', marked)).toEqual(marked)
    }),
  )
})

test('a recording holds no key and no environment', async () => {
  const files = { '/var/lib/kubelet/pki/a.pem': key(''), '/proc/7/environ': 'SECRET=x\0HTTP_PROXY=http://p:1\0' }
  const { host, files: recorded } = recordHost(memoryHost({ files }))
  for (const path of Object.keys(files)) await host.read(path)
  const text = [...recorded().values()].map(bytes => Buffer.from(bytes).toString()).join('\n')
  expect(text).toContain('HTTP_PROXY=http://p:1')
  expect(text).not.toMatch(/SECRET|c2VjcmV0/)
})
