import { randomBytes } from 'node:crypto'
import { recordKube } from '../../plugin/bundle/record-kube.ts'
import { type Kube, type Resource, resources } from '../../plugin/kube/port.ts'
import type { CommandName } from '../../shared/commands.ts'
import type { HttpName } from '../../shared/http-names.ts'
import { ok } from '../../shared/reading.ts'
import { recordHost } from '../../shared/recording/record-host.ts'
import { type MemoryHostFiles, memoryHost } from './memory-host.ts'

/** Secrets by the place where they were put. */
export const planted = new Map<string, string>()

/** A unique secret for each place. */
function plant(place: string, form: 'word' | 'base64' | 'hex' | 'bootstrap' | 'jwt' = 'word'): string {
  const made = {
    word: () => `S9${randomBytes(12).toString('hex')}x`,
    base64: () => randomBytes(32).toString('base64'),
    hex: () => randomBytes(20).toString('hex'),
    bootstrap: () => `a1${randomBytes(2).toString('hex')}.${randomBytes(8).toString('hex')}`,
    jwt: () => `${json64({ alg: 'RS256' })}.${json64({ sub: 'me', exp: 1 })}.${randomBytes(40).toString('base64url')}`,
  }
  const secret = made[form]()
  planted.set(place, secret)
  return secret
}
const json64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const base64 = (text: string) => Buffer.from(text).toString('base64')
const pem = (place: string, kind = '') =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${plant(place, 'base64')}\n-----END ${kind}PRIVATE KEY-----\n`
const kubeconfig = (place: string) =>
  `apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: ${plant(`${place} token`)}\n    password: ${plant(`${place} password`)}\n    client-key-data: ${base64(pem(`${place} key`))}\n`

const container = (of: string) => ({
  name: 'c',
  image: 'nginx',
  args: [
    ...['--password', plant(`${of}: argument after a flag`), `--token=${plant(`${of}: flag`)}`, '-c'],
    `mysql -uroot -p${plant(`${of}: mysql`)} -h db`,
    `https://me:${plant(`${of}: login of a URL`)}@host/x?access_token=${plant(`${of}: parameter`)}&b=1`,
  ],
  env: [
    { name: 'ANYTHING', value: plant(`${of}: environment`) },
    { name: 'HTTPS_PROXY', value: `http://me:${plant(`${of}: proxy`)}@proxy:3128` },
    { name: 'IP_AUTODETECTION_METHOD', value: 'first-found' },
  ],
  livenessProbe: {
    httpGet: {
      path: '/',
      httpHeaders: [{ name: 'Authorization', value: `Basic ${plant(`${of}: header`, 'base64')}` }],
    },
  },
  readinessProbe: { exec: { command: ['redis-cli', '-a', '--auth', plant(`${of}: exec probe`)] } },
})

const metadata = (of: string) => ({
  name: 'a',
  namespace: 'n',
  annotations: {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: plant(`${of}: as applied`) }),
    'example.com/api-key': plant(`${of}: annotation`),
    'example.com/config': JSON.stringify({ deep: { clientSecret: plant(`${of}: JSON in an annotation`) } }),
  },
})

const api = (): Readonly<Record<string, readonly unknown[]>> => ({
  pods: [{ metadata: metadata('pod'), spec: { containers: [container('pod')], initContainers: [container('init')] } }],
  daemonsets: [
    { metadata: metadata('daemonset'), spec: { template: { spec: { containers: [container('daemonset')] } } } },
  ],
  deployments: [
    { metadata: metadata('deployment'), spec: { template: { spec: { containers: [container('template')] } } } },
  ],
  secrets: [{ metadata: { name: 's', namespace: 'n' }, data: { any: base64(plant('Secret')) } }],
  nodes: [{ metadata: { name: 'n1', annotations: { 'wireguard/private-key': plant('node annotation', 'base64') } } }],
  services: [
    { kind: 'Secret', metadata: { name: 'x', namespace: 'n' }, stringData: { any: plant('Secret in a list') } },
  ],
  events: [
    { message: `Failed to pull: Authorization: Bearer ${plant('event: bearer')}` },
    { message: `error: password=${plant('event: password')} is wrong` },
    { message: `token ${plant('event: web token', 'jwt')} is not valid` },
  ],
})

const configMaps = () => ({
  a: {
    metadata: metadata('configmap'),
    data: {
      password: plant('ConfigMap: key'),
      'app.yaml': `db:\n  password: ${plant('ConfigMap: YAML')}\n  dsn: me:${plant('ConfigMap: DSN')}@tcp(db:3306)/x\n  multi: 1\n  secret: |\n    ${plant('ConfigMap: block')}\n`,
      'app.json': JSON.stringify({ a: [{ apiKey: plant('ConfigMap: JSON') }] }),
      'app.ini': `[x]\nsecret_key = ${plant('ConfigMap: ini')}\n`,
      kubeconfig: kubeconfig('ConfigMap: kubeconfig'),
      'tls.key': pem('ConfigMap: PEM', 'RSA '),
      etcd_key: base64(pem('ConfigMap: etcd key')),
      Corefile: `.:53 {\n  tsig {\n    secret a.example. ${plant('Corefile: tsig', 'base64')}\n  }\n}\n`,
      'manifest.yaml': `apiVersion: v1\nkind: Secret\ndata:\n  any: ${base64(plant('ConfigMap: manifest'))}\n---\nkind: Other\n`,
      'jws-kubeconfig-abcdef': plant('ConfigMap: jws', 'jwt'),
      azure: JSON.stringify({ aadClientSecret: plant('ConfigMap: azure.json') }),
      wrapped: base64(`password: ${plant('ConfigMap: base64')}`),
      url: encodeURIComponent(`password=${plant('ConfigMap: percent')}`),
      connection: `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${plant('ConfigMap: account key', 'base64')};E=y`,
    },
  },
})

const log = (of: string) => `2026-11-21T00:00:00Z starting
level=info msg="login" password="${plant(`${of}: quoted`)}" user=me
{"level":"info","msg":"x","secretAccessKey":"${plant(`${of}: JSON line`)}"}
E1121 request failed: map[Authorization:[Bearer ${plant(`${of}: map`)}]]
Cookie: session=${plant(`${of}: cookie`)}; other=1
Set-Cookie: sid=${plant(`${of}: set-cookie`)}; Path=/
kubeadm join 10.0.0.1:6443 --token ${plant(`${of}: bootstrap token`, 'bootstrap')} --discovery-token-ca-cert-hash sha256:00
saw ${plant(`${of}: bootstrap token in prose`, 'bootstrap')}.
AWS_SECRET_ACCESS_KEY=${plant(`${of}: AWS`, 'base64')}
curl -u me:${plant(`${of}: curl`)} http://x
jwt ${plant(`${of}: web token`, 'jwt')}
nested "{\\"token\\":\\"${plant(`${of}: escaped`)}\\"}"
postgres://me:${plant(`${of}: postgres`)}@db:5432/x
docker login -u me -p ${plant(`${of}: login`)} registry
kubectl create secret generic x --from-literal=foo=${plant(`${of}: literal`)}
ETCDCTL_USER=root:${plant(`${of}: user and password`)}
Data:map[password:[${plant(`${of}: Go map`)}]]
- name: DB_PASSWORD
  value: ${plant(`${of}: YAML variable`)}
<password>${plant(`${of}: XML`)}</password>
redis-cli -h db -a ${plant(`${of}: redis`)}
${pem(`${of}: key`, 'EC ')}
`

const files = (): MemoryHostFiles['files'] => ({
  '/proc/7/environ': `A=${plant('environ')}\0HTTP_PROXY=http://me:${plant('environ: proxy')}@p:1\0`,
  '/proc/7/cmdline': `kubelet\0--token\0${plant('cmdline: token')}\0--bootstrap-password=${plant('cmdline: password')}\0`,
  '/etc/kubernetes/kubelet.conf': kubeconfig('kubelet.conf'),
  '/etc/cni/net.d/calico-kubeconfig': kubeconfig('calico-kubeconfig'),
  '/etc/cni/net.d/10-a.conflist': JSON.stringify({
    plugins: [
      { type: 'calico', etcd_key: base64(pem('conflist: etcd key')), policy: { k8s_auth_token: plant('conflist') } },
    ],
  }),
  '/etc/cni/net.d/20-b.conf': `{\n  "type": "x",\n  "password": "${plant('conf')}",\n  "env": ["A=${plant('conf: env')}"]\n}`,
  '/etc/containerd/config.toml': `[plugins.cri.registry.configs."r".auth]\n  username = "me"\n  password = "${plant('containerd: password')}"\n  auth = "${plant('containerd: auth', 'base64')}"\n  identitytoken = "${plant('containerd: identity')}"\n`,
  '/etc/containerd/certs.d/r/hosts.toml': `[host."https://r".header]\n  authorization = "Basic ${plant('hosts.toml', 'base64')}"\n`,
  '/var/lib/kubelet/config.yaml': `staticPodURLHeader:\n  Authorization:\n  - Bearer ${plant('kubelet: header')}\nstaticPodURL: https://me:${plant('kubelet: URL')}@x/\n`,
  '/var/lib/kubelet/config.json': JSON.stringify({ auths: { r: { auth: plant('docker config', 'base64') } } }),
  '/var/lib/kubelet/kubeadm-flags.env': `KUBELET_KUBEADM_ARGS="--token=${plant('kubelet flags')}"\n`,
  '/var/lib/kubelet/pki/kubelet.pem': pem('kubelet pem', 'EC '),
  '/etc/kubernetes/pki/sa.key': plant('key without armour', 'base64'),
  '/etc/wireguard/wg0.conf': `[Interface]\nPrivateKey = ${plant('WireGuard', 'base64')}\n[Peer]\nPresharedKey = ${plant('WireGuard: shared', 'base64')}\n`,
  '/etc/ipsec.d/x.conf': `me : PSK "${plant('IPsec: PSK')}"\n`,
  '/etc/systemd/system/kubelet.service.d/a.conf': `Environment="HTTP_PROXY=http://me:${plant('unit: proxy')}@p:1" "DB_PASS=${plant('unit')}"\n`,
  '/etc/rancher/k3s/config.yaml': `token: ${plant('k3s')}\nagent-token: K10${plant('k3s: agent', 'hex')}::server:x\n`,
  '/var/lib/rancher/k3s/server/node-token': plant('node-token'),
  '/var/run/secrets/kubernetes.io/serviceaccount/token': plant('service account', 'jwt'),
  '/root/.ssh/id_rsa': pem('ssh', 'OPENSSH '),
  '/etc/shadow': `root:$6$salt$${plant('shadow')}:1::\n`,
  '/etc/kubernetes/cloud.conf': `[Global]\npassword = "${plant('cloud.conf')}"\naadClientSecret: ${plant('cloud.conf: azure')}\n`,
  '/etc/kubernetes/gcp.json': JSON.stringify({ private_key: pem('GCP'), client_email: 'x@y' }),
  '/var/lib/cni/results/n-x-eth0': JSON.stringify({
    kind: 'cniCacheV1',
    config: base64(`{"token":"${plant('cached CNI result')}"}`),
  }),
  '/var/log/calico/cni/cni.log': log('log of a CNI'),
  '/run/flannel/subnet.env': `FLANNEL_MTU=1450\nETCD_PASSWORD=${plant('subnet.env')}\n`,
  '/var/lib/cloud/user-data': `#cloud-config\nwrite_files:\n- content: ${base64(`token: ${plant('user data')}`)}\nchpasswd: {list: "x"}\npassword: ${plant('user data: password')}\n`,
})

const commands = (): Partial<Record<CommandName, string>> => ({
  'journal-kubelet': log('journal of the kubelet'),
  'journal-containerd': log('journal of the runtime'),
  dmesg: `audit: cmd="login --password ${plant('dmesg')}"\n`,
  'ip-link': JSON.stringify([{ ifname: 'wg0', wireguard: { private_key: plant('ip link', 'base64') } }]),
  'iptables-save': `-A INPUT -m comment --comment "token=${plant('iptables comment')}"\n`,
  'nft-ruleset': `{"nftables":[{"rule":{"comment":"Bearer ${plant('nft comment')}"}}]}`,
  'ip-rule-text': `src a enc cbc(aes) 0x${plant('xfrm', 'hex')}\n`,
})

const http = (): Partial<Record<HttpName, string>> => ({
  'kube-proxy-configz': JSON.stringify({ clientConnection: { token: plant('configz') } }),
  'weave-status': `Encryption: on\nPassword: ${plant('weave status')}\n`,
  'aws-enis': `{"cut": {"secret_access_key": "${plant('body that was cut')}`,
})

const cri = () => ({
  status: {
    info: { config: JSON.stringify({ registry: { configs: { r: { auth: { password: plant('CRI status') } } } } }) },
  },
  containers: {
    items: [
      {
        labels: { 'a.example/token': plant('CRI label') },
        info: {
          info: JSON.stringify({
            config: { envs: [{ key: 'A', value: plant('CRI envs') }] },
            runtimeSpec: { process: { env: [`B=${plant('CRI env')}`], args: ['x', '--secret', plant('CRI args')] } },
          }),
        },
      },
    ],
  },
})

/** A bundle as the recorders make it of a cluster that has a secret in every place. */
export async function recordSecrets(): Promise<ReadonlyMap<string, Uint8Array>> {
  const lists = api()
  const maps: Readonly<Record<string, unknown>> = configMaps()
  const kube: Kube = {
    version: async () => ok('v1.36.0'),
    list: async ({ plural }) => ok(lists[plural] ?? []),
    get: async (_, { name }) => ok(maps[name]),
    configz: async () =>
      ok({ kubeletconfig: { staticPodURLHeader: { Authorization: [plant('configz of a kubelet')] } } }),
    readyz: async () => ok(`ok?token=${plant('readyz')}`),
    logs: async ({ previous }) => ok(log(previous ? 'previous log' : 'log of a pod')),
  }
  const recorded = recordKube(kube)
  const all: readonly Resource[] = Object.values(resources)
  for (const resource of all) if (resource.plural !== 'configmaps') await recorded.kube.list(resource)
  await recorded.kube.get(resources.configmaps, { namespace: 'n', name: 'a' })
  await recorded.kube.configz('n1')
  await recorded.kube.readyz()
  const target = { namespace: 'n', pod: 'a', container: 'c' }
  await recorded.kube.logs(target)
  await recorded.kube.logs({ ...target, previous: true })
  const node = [...(await recordNode())].map(([path, bytes]) => [`nodes/n1/${path}`, bytes] as const)
  const report = [`report.html`, Buffer.from(`<td>&quot;token&quot;:&quot;${plant('report')}&quot;</td>`)] as const
  return new Map([...recorded.files(), ...node, report])
}

async function recordNode(): Promise<ReadonlyMap<string, Uint8Array>> {
  const parts = { files: files(), commands: commands(), http: http(), cri: cri() }
  const inner = { files: { '/etc/hosts': `# password=${plant('file in a pod')}\n` } }
  const { host, files: recorded } = recordHost(memoryHost({ ...parts, pods: { u: inner } }))
  for (const path of Object.keys(parts.files ?? {})) await host.read(path)
  for (const name of Object.keys(parts.commands) as CommandName[]) await host.run(name)
  for (const name of Object.keys(parts.http) as HttpName[]) await host.http(name)
  await host.cri('status')
  await host.cri('containers')
  const pods = await host.pods()
  if (pods.status === 'ok') for (const pod of pods.value) await pod.host.read('/etc/hosts')
  return recorded()
}
