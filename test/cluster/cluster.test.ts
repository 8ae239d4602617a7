import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { needs } from '../support/requirements.ts'
import { manifestSchema, textOf } from './api/object.ts'
import { typeNamed } from './api/resources.ts'
import { type Cluster, startCluster } from './index.ts'

const namespaces = () => (existsSync('/run/netns') ? readdirSync('/run/netns') : [])
const ours = (name: string) => name.startsWith(`nc-${process.pid}-`)

test('a plain cluster that was stopped leaves no folder behind', async () => {
  const cluster = await startCluster({ nodes: 1, isPlain: true })
  expect(existsSync(cluster.kubeconfig)).toBe(true)
  await cluster.stop()
  expect(existsSync(dirname(cluster.kubeconfig))).toBe(false)
})

test('a folder of a process that is gone is removed at the next start, one of a living process is not', async () => {
  const { pid } = spawnSync('true')
  const dead = join(tmpdir(), `nc-${pid}-1-left`)
  const living = join(tmpdir(), `nc-${process.ppid}-1-kept`)
  await Promise.all([mkdir(dead), mkdir(living)])
  const cluster = await startCluster({ nodes: 1, isPlain: true })
  onTestFinished(cluster.stop)
  onTestFinished(() => rmdir(living))
  expect([existsSync(dead), existsSync(living)]).toEqual([false, true])
})

describe.runIf(needs('nodes with namespaces of their own', 'root', 'iproute2', 'network namespaces'))(
  'real nodes',
  () => {
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await startCluster()
    })
    afterAll(() => cluster.stop())

    test('each node has its own host name, devices and first process', async () => {
      const scripts = cluster.nodes.map(({ machine }) => machine.run('hostname; ls /sys/class/net; cat /proc/1/comm'))
      const cables = cluster.plan.nodes.map(({ pods }) => pods.flatMap(({ cable }) => cable ?? []).sort())
      expect(await Promise.all(scripts)).toEqual(
        cluster.nodes.map(({ name }, index) =>
          [name, 'cni0', 'eth0', 'lo', ...(cables[index] ?? []), 'node', ''].join('\n'),
        ),
      )
    })

    test('a node reaches the pods of another one until that one stops forwarding', async () => {
      const there = cluster.plan.nodes[1]?.pods.find(({ cable }) => cable !== null)?.address ?? ''
      // Nobody listens there: whoever is reached refuses, whoever is not stays silent.
      const script = `require('net').connect({host:'${there}',port:9}).on('error',e=>console.log(e.code)).setTimeout(1000,function(){console.log('SILENCE');this.destroy()})`
      const reach = () => cluster.node('node1').machine.run(`${process.execPath} -e "${script}"`)
      expect(await reach()).toBe('ECONNREFUSED\n')
      const mend = await cluster.break('ip-forward-off', 'node2')
      expect(await reach()).toBe('SILENCE\n')
      await mend()
      expect(await reach()).toBe('ECONNREFUSED\n')
    })

    test('a host that is mounted read-only is read-only with everything below it', async () => {
      const script = `for (const f of ['/host/etc/x', '/host/tmp/x', '/host/proc/sys/net/ipv4/ip_forward', '/host/usr/x']) try { require('fs').writeFileSync(f, '1'); console.log('WRITTEN', f) } catch (e) { console.log(e.code) }`
      const log = await logOf(cluster, podOn('node1', script))
      expect(log.trim().split('\n')).toEqual(['EROFS', 'EROFS', 'EROFS', 'EROFS'])
    })

    test('a container sees the processes of its node alone', async () => {
      const script = `for (const p of require('fs').readdirSync('/host/proc').filter(n => /^[0-9]+$/.test(n))) try { console.log(require('fs').readFileSync('/host/proc/' + p + '/comm', 'utf8').trim()) } catch {}`
      const names = (await logOf(cluster, podOn('node1', script))).trim().split('\n')
      expect(names).toEqual(expect.arrayContaining(['kubelet', 'kube-proxy', 'containerd']))
      expect(names.filter(name => name === 'kubelet')).toHaveLength(1)
    })

    test('a cluster that was stopped leaves no namespace behind', async () => {
      const before = namespaces().filter(ours)
      const other = await startCluster({ nodes: 1 })
      expect(namespaces().filter(ours).length).toBeGreaterThan(before.length)
      await other.stop()
      expect(namespaces().filter(ours)).toEqual(before)
    })
  },
)

const podOn = (nodeName: string, script: string) =>
  manifestSchema.parse({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', generateName: 'try-' },
    spec: {
      nodeName,
      hostNetwork: true,
      hostPID: true,
      restartPolicy: 'Never',
      containers: [
        {
          name: 'try',
          image: 'node:24-alpine',
          command: ['node', '-e', script],
          volumeMounts: [{ name: 'host', mountPath: '/host', readOnly: true }],
        },
      ],
      volumes: [{ name: 'host', hostPath: { path: '/' } }],
    },
  })

/** Runs a pod to its end; resolves to what it wrote. */
async function logOf({ api }: Cluster, manifest: ReturnType<typeof podOn>): Promise<string> {
  const pods = typeNamed('pods')
  const { metadata } = api.store.create(pods, manifest)
  const isOver = () => JSON.stringify(api.store.find(pods, metadata)?.status ?? {}).includes('"terminated"')
  await expect.poll(isOver, { timeout: 10_000 }).toBe(true)
  const kubelet = api.kubelets.get(textOf(manifest, 'spec.nodeName'))
  const query = { namespace: 'default', pod: metadata.name, container: 'try', previous: false, follow: false }
  let log = ''
  for await (const text of kubelet?.logs({ ...query, tailLines: undefined, timestamps: false }) ?? []) log += text
  return log
}
