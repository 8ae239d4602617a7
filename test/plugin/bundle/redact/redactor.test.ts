import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor, type RedactKind } from '../../../../plugin/bundle/redact/redactor.ts'
import { portChain } from '../../../../plugin/model/service-rules/chain-names.ts'

const both: readonly RedactKind[] = ['addresses', 'names']

/** A bundle from texts, and the same under other names. */
function redact(
  files: Readonly<Record<string, unknown>>,
  { kinds = both, key = 'key' }: { kinds?: readonly RedactKind[]; key?: string } = {},
) {
  const entries = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
  }))
  const redactor = createRedactor({ kinds, key })
  for (const entry of entries) redactor.learn(entry)
  const made = entries.map(entry => redactor.rewrite(entry))
  const rename = (text: string) =>
    Buffer.from(redactor.rewrite({ path: 'x.txt', bytes: Buffer.from(text) }).bytes).toString()
  return {
    files: new Map(made.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])),
    mapping: redactor.mapping(),
    rename,
  }
}

const nodes = {
  items: [
    {
      kind: 'Node',
      metadata: { name: 'worker-1' },
      status: { addresses: [{ type: 'InternalIP', address: '10.20.30.40' }] },
    },
  ],
}
const pods = {
  items: [
    {
      metadata: { name: 'billing-api-5d8f7c9b4-x2k4p', namespace: 'acme', labels: { app: 'billing-api' } },
      spec: { nodeName: 'worker-1', containers: [{ name: 'ledger' }] },
      status: { podIP: '10.244.7.9' },
    },
    { metadata: { name: 'kube-proxy-zzzzz', namespace: 'kube-system' } },
  ],
}
const services = {
  items: [
    {
      metadata: { name: 'billing-api', namespace: 'acme' },
      spec: { clusterIP: '10.96.3.4', ports: [{ name: 'http', port: 80 }] },
    },
  ],
}
const cluster = {
  'cluster/resources/core/v1/nodes.json': nodes,
  'cluster/resources/core/v1/pods.json': pods,
  'cluster/resources/core/v1/services.json': services,
}

test('names and addresses are nowhere, in paths neither', () => {
  const { files } = redact({
    ...cluster,
    'cluster/logs/acme/billing-api-5d8f7c9b4-x2k4p/ledger.log':
      'billing-api.acme.svc.cluster.local on worker-1: 10.244.7.9:80',
    'nodes/worker-1/files/var/lib/cni/networks/cbr0/10.244.7.9': 'id',
    'nodes/worker-1/files.json': { '/var/lib/cni/networks/cbr0': { type: 'dir', entries: ['10.244.7.9'] } },
    'nodes/worker-1/files/etc/resolv.conf': 'search acme.example.com\nnameserver 10.96.0.10\n',
    'nodes/worker-1/commands/journal-kubelet.json': {
      stdout: 'pod="acme/billing-api-5d8f7c9b4-x2k4p"\nacme 10.20.30.40\n',
    },
    'bundle.json': { format: 'netcheck-bundle/1', redacted: false },
  })
  const whole = [...files].flat().join('\n')
  expect(whole).not.toMatch(/billing|acme|ledger|worker-1|10\.244\.7\.9|10\.20\.30\.40|10\.96\.3\.4/)
  expect(whole).toMatch(/kube-proxy-zzzzz[\s\S]*kube-system/)
  expect(files.get('bundle.json')).toContain('"redacted":true')
})

test('a name keeps its length and what is made of it, and another key gives another', () => {
  const { rename } = redact(cluster)
  const name = rename('billing-api')
  expect(name).toMatch(/^[a-z]{7}-api$/)
  expect(rename('billing-api-5d8f7c9b4-x2k4p')).toBe(`${name}-5d8f7c9b4-x2k4p`)
  expect(rename('x/billing-api.acme:http')).toBe(`x/${name}.${rename('acme')}:http`)
  expect(redact(cluster, { key: 'other' }).rename('billing-api')).not.toBe(name)
})

test.each(['vm82', 'node-1', 'k8s-a', 'ip-worker2', 'node1.corp.example.com'])(
  'a machine %s gets another name',
  name => {
    const items = [{ kind: 'Node', metadata: { name } }]
    for (const key of 'abc') {
      const { rename } = redact({ ...cluster, 'cluster/resources/core/v1/nodes.json': { items } }, { key })
      expect(rename(name)).not.toBe(name)
      expect(rename(`etcd-${name}`)).toBe(`etcd-${rename(name)}`)
      expect(rename('node a vm etcd')).toBe('node a vm etcd')
    }
  },
)

test('only what was asked for is exchanged', () => {
  expect(redact(cluster, { kinds: ['names'] }).rename('acme 10.20.30.40')).toMatch(/^[a-z]{4} 10\.20\.30\.40$/)
  expect(redact(cluster, { kinds: ['addresses'] }).rename('acme 10.20.30.40')).toMatch(/^acme 10\.\d+\.\d+\.40$/)
})

test.each([
  [
    '/proc/net/route',
    'eth0\t281E140A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n',
    /^eth0\t0*([0-9A-F]{2}){3}0A\t00000000/,
  ],
  ['/proc/net/tcp', '   0: 281E140A:0050 00000000:0000 0A\n', /^ {3}0: 28[0-9A-F]{4}0A:0050/],
  ['/proc/net/tcp6', '   0: 0000000000000000FFFF0000281E140A:0050\n', /0000000000000000FFFF000028[0-9A-F]{4}0A:0050/],
  ['/proc/net/ip_vs', 'TCP  0A141E28:0050 rr\n', /^TCP {2}0A[0-9A-F]{4}28:0050 rr/],
])('addresses of %s are exchanged in their own form', (path, text, pattern) => {
  const { files, rename } = redact({
    ...cluster,
    [`nodes/worker-1/files${path}`]: text,
    'nodes/worker-1/files/x': '10.20.30.0/24',
  })
  const made = [...files].find(([each]) => each.endsWith(path))?.[1] ?? ''
  expect(made).toMatch(pattern)
  expect(made).not.toMatch(/281E140A|0A141E28/)
  const bytes = rename('10.20.30.40')
    .split('.')
    .map(byte => Number(byte).toString(16).padStart(2, '0').toUpperCase())
  if (!path.endsWith('route')) expect(made).toMatch(new RegExp(`${bytes.join('')}|${bytes.reverse().join('')}`))
})

test.each([
  ['40.30.20.10.in-addr.arpa', /^40\.\d+\.\d+\.10\.in-addr\.arpa$/],
  ['ip-10-20-30-40.ec2.internal', /^ip-10-\d+-\d+-40\.ec2\.internal$/],
  ['0a:58:0a:14:1e:28', /^0a:58:0a:[0-9a-f]{2}:[0-9a-f]{2}:28$/],
  ['[::ffff:10.20.30.40]:80', /^\[::ffff:10\.\d+\.\d+\.40\]:80$/],
  ['app.10.20.30.40.nip.io', /^app\.10\.\d+\.\d+\.40\.nip\.io$/],
  ['10.20.30.40/24', /^10\.\d+\.\d+\.40\/24$/],
  ['s/10\\.20\\.30\\.40/x/', /^s\/10\\\.\d+\\\.\d+\\\.40\/x\/$/],
  ['\\n10.20.30.40\\n', /^\\n10\.\d+\.\d+\.40\\n$/],
])('an address in the form %s is exchanged', (text, pattern) => {
  const made = redact({ ...cluster, 'nodes/n/files/x': text }).rename(text)
  expect(made).toMatch(pattern)
  expect(made).not.toBe(text)
})

test.each([
  'v1.2.3',
  '5.15.0-88-generic',
  '127.0.0.1:53',
  '255.255.255.0',
  '0.0.0.0/0',
  'kubernetes.default.svc.cluster.local',
  'ee:ee:ee:ee:ee:ee',
  '12:30:05',
  'KUBE-SERVICES',
  'coredns',
])('%s stays', text => {
  for (const key of 'abcdef') expect(redact({ ...cluster, 'nodes/n/files/x': text }, { key }).rename(text)).toBe(text)
})

test('chains of kube-proxy are named as it would name them for the services that are there now', () => {
  const chain = portChain('SVC', { name: 'acme/billing-api:http', protocol: 'tcp' })
  const { rename } = redact({ ...cluster, 'nodes/n/commands/iptables-save.json': { stdout: `:${chain} - [0:0]\n` } })
  expect(rename(`-j ${chain}`)).toBe(
    `-j ${portChain('SVC', { name: rename('acme/billing-api:http'), protocol: 'tcp' })}`,
  )
  expect(rename('-j KUBE-SEP-AAAAAAAAAAAAAAAA')).toMatch(/^-j KUBE-SEP-(?!A{16})[A-Z2-7]{16}$/)
})

test('claims of a token without signature are exchanged in base64', () => {
  const claims = (name: string) =>
    Buffer.from(JSON.stringify({ sub: `system:serviceaccount:acme:${name}` })).toString('base64url')
  const { rename } = redact(cluster)
  const made = rename(`token: "eyJhbGciOiJSUzI1NiJ9.${claims('billing-api')}.hidden"`)
  expect(Buffer.from(made.split('.')[1] ?? '', 'base64url').toString()).toBe(
    `{"sub":"system:serviceaccount:${rename('acme:billing-api')}"}`,
  )
})

test('a mapping tells for each new name what it was, and no two are the same', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{3,9}(?:-[a-z]{3,6})?$/), { minLength: 1, maxLength: 30 }),
      fc.string(),
      (names, key) => {
        const items = names.map(name => ({ metadata: { name, namespace: 'acme' } }))
        const { rename } = redact({ 'cluster/resources/core/v1/pods.json': { items } }, { key })
        const made = names.map(rename)
        expect(new Set(made).size).toBe(names.length)
        expect(made.map(name => name.length)).toEqual(names.map(name => name.length))
      },
    ),
    { numRuns: 30 },
  )
})

test('names of a folder are in the order of their bytes again', () => {
  const entries = ['10.20.30.1', '10.20.30.10', '10.20.99.2', 'lock']
  const { files } = redact({ 'nodes/n/files.json': { '/store': { type: 'dir', entries } } })
  const made: unknown = JSON.parse(files.get('nodes/n/files.json') ?? '')
  const list = (made as Record<string, { entries: string[] }>)['/store']?.entries ?? []
  expect(list).toEqual([...list].sort())
  expect(list).toHaveLength(4)
})

test.each([
  ...[
    '%3D',
    '%2F',
    '%22',
    '%253D',
    '%20',
    '=',
    ':',
    '\\n',
    '\\\\n',
    '\\u0022',
    '\\\\u0022',
    '\\\\\\u0022',
    '\\x3d',
    '\\"',
  ],
  ...['&quot;', '&#34;', '_', 'v', 'br-', 'veth', '\\\\', '%5B', '\\u003d'],
])('a name is found behind %s, which stays', before => {
  for (const machine of ['worker-1', 'node3', 'zephyr7']) {
    const { rename } = redact({ ...cluster, [`nodes/${machine}/node.json`]: {} })
    const name = rename(machine)
    expect(name).not.toBe(machine)
    for (const after of ['', '%26limit', '\\n', ':', '.log', '/x']) {
      expect(rename(`x ${before}${machine}${after}`)).toBe(`x ${before}${name}${after}`)
    }
  }
})

test.each(['%3D', '%20', '%5B', '\\n', '\\u0022', '"'])('an address is found behind %s', before => {
  const { rename } = redact(cluster)
  expect(rename(`x ${before}10.20.30.40%3A53`)).toBe(`x ${before}${rename('10.20.30.40')}%3A53`)
})

test('JSON inside of JSON stays what it is, without the name', () => {
  const { rename } = redact({ ...cluster, 'nodes/node3/node.json': {} })
  const piece = fc.constantFrom('\n', '"', '\\', '\t', '\u0001', '%', '%3d', '-', ' u', 'x', '\\n', 'n ')
  fc.assert(
    fc.property(fc.array(piece), pieces => {
      const inner = JSON.stringify(pieces.map(before => `${before}node3`).join(' '))
      for (const json of [inner, JSON.stringify({ inner }), JSON.stringify([JSON.stringify({ inner })])]) {
        expect(() => JSON.parse(rename(json))).not.toThrow()
        expect(rename(json)).not.toContain('node3')
      }
    }),
  )
})
