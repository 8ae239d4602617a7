import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { startCluster } from './index.ts'

// `npm run demo`: the product on a cluster that needs nothing but this machine, with one node broken on purpose.

const program = fileURLToPath(new URL('../../dist/kubectl-netcheck.js', import.meta.url))
const broken = 'node2'

const say = (line: string) => process.stdout.write(`${line}\n`)

process.exitCode = existsSync(program) ? await show() : complain()

function complain(): number {
  process.stderr.write('error: there is no dist/kubectl-netcheck.js; run: npm run build\n')
  return 2
}

/** Resolves to 0 when the fault was found; else to the program's exit code. */
async function show(): Promise<number> {
  const start = performance.now()
  const cluster = await startCluster()
  try {
    const seconds = ((performance.now() - start) / 1_000).toFixed(1)
    const nature = cluster.isPlainBecause === null ? 'network namespaces of their own' : 'folders of this machine'
    say(`An embedded cluster is up after ${seconds} s: an API server and ${cluster.nodes.length} nodes in ${nature}.`)
    if (cluster.isPlainBecause !== null) {
      say(`Not shown, as ${cluster.isPlainBecause}: real links, routes, kernel settings and commands of the nodes.`)
    }
    await cluster.break('missing-plugin', broken)
    say(`On ${broken} the CNI plugin portmap was removed; three new pods wait there for a sandbox.`)
    say(`$ kubectl netcheck nodes --kubeconfig ${cluster.kubeconfig}\n`)
    const { exitCode } = await execa(process.execPath, [program, 'nodes', '--kubeconfig', cluster.kubeconfig], {
      stdio: 'inherit',
      reject: false,
    })
    // Nothing found is a failure here.
    return exitCode === 1 ? 0 : exitCode || 2
  } finally {
    await cluster.stop()
  }
}
