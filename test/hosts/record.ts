import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleHostAgent } from '../../plugin/build/bundle-agent.ts'
import { type FakeRuntime, serveRuntime } from '../support/cri/serve-runtime.ts'
import { layouts } from './layouts/index.ts'
import type { Layout, Runtime } from './layouts/layout.ts'
import { buildRoot } from './root.ts'

// Records hosts anew, by name or all: lays each out, lets the real agent read it in namespaces of its own, unpacks what
// it wrote into test/bundles. Needs root and, for some, a Debian mirror (DEBIAN_MIRROR), or roots that were made before (DEBIAN_ROOTS).

const folder = fileURLToPath(new URL('../bundles', import.meta.url))
const asked = process.argv.slice(2)
for (const layout of layouts) {
  if (asked.length === 0 || asked.includes(layout.name)) await record(layout)
}

async function record(layout: Layout): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'record-'))
  const root = await buildRoot(layout, new Date())
  const stop = await serveRuntime(root + layout.runtime.socket, replies(layout.runtime))
  try {
    await writeFile(`${work}/agent.cjs`, await bundleHostAgent())
    await writeFile(`${work}/host.sh`, script(layout))
    for (const [at, line] of layout.processes.entries()) await writeFile(`${work}/${at}`, `${line.join('\0')}\0`)
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--uts', '--cgroup', '--ipc']
    // Asynchronous, because the fake runtime must answer meanwhile.
    const { stderr } = await promisify(execFile)('unshare', [...namespaces, 'sh', '-e', `${work}/host.sh`], {
      env: { PATH: process.env.PATH, ROOT: root, WORK: work },
    })
    process.stderr.write(`${layout.name}: ${stderr}`)
    await unpack(`${work}/node1.tar.gz`, layout.name)
  } finally {
    stop()
    await rm(work, { recursive: true, force: true })
    await rm(root, { recursive: true, force: true })
  }
}

/**
 * What runs in the namespaces. A process takes its name from perl and its command line from a file that is mounted over
 * it; without CAP_SYSLOG, because the kernel's log is that of this machine.
 */
function script({ setup, processes }: Layout): string {
  return `
hostname node1
mount -t proc proc "$ROOT/proc"
mount -t sysfs sysfs "$ROOT/sys"
${setup}
${processes.map((line, at) => start(line[0] ?? '', at)).join('\n')}
sleep 0.2
setpriv --bounding-set=-syslog --inh-caps=-syslog "${process.execPath}" "$WORK/agent.cjs" --once "$WORK/node1.tar.gz" --root "$ROOT" --node node1
`
}

function start(program: string, at: number): string {
  return `
perl -e '$0 = shift; sleep' "${program.split('/').at(-1)}" &
mount --bind "$WORK/${at}" "$ROOT/proc/$!/cmdline"`
}

function replies({ name, version, cni, sandboxes }: Runtime): FakeRuntime {
  const told = cni && { PluginConfDir: cni.config, PluginDirs: cni.binaries, PluginMaxConfNum: 1 }
  const info: Record<string, string> = told ? { cniconfig: JSON.stringify(told), lastCNILoadStatus: 'OK' } : {}
  return {
    version: () => ({ version: '0.1.0', runtimeName: name, runtimeVersion: version, runtimeApiVersion: 'v1' }),
    status: () => ({
      status: { conditions: ['RuntimeReady', 'NetworkReady'].map(type => ({ type, status: true })) },
      info,
    }),
    listPodSandbox: () => sandboxes,
    listContainers: () => ({ containers: [] }),
  }
}

async function unpack(file: string, name: string): Promise<void> {
  const target = `${folder}/${name}`
  const fresh = await mkdtemp(`${folder}/.${name}-`)
  execFileSync('tar', ['xzf', file, '-C', fresh, '--no-same-permissions', '--strip-components=1'])
  await rm(target, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await rename(fresh, target)
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', target])
}
