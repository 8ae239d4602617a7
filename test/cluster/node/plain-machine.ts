import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LoopbackServices, type ServiceTable } from './loopback-services.ts'
import type { Container, HostProcess, Machine, Running } from './machine.ts'
import { connectLocal, type Ending, Supervisor } from './supervisor.ts'

/** A node without namespaces: its agent is a process of this machine that sees a folder as the host. */
export function plainMachine(root: string): Machine {
  const supervisor = new Supervisor()
  let last = 0
  return {
    root,
    isReal: false,
    start: container => {
      last += 1
      return launch(supervisor, last, container)
    },
    startHost: process => pretend(root, process),
    connect: connectLocal,
    serve: table => sharedServices.use(root, table),
    run: () => Promise.reject(new Error('this node has no namespaces to run anything in')),
    stop: async () => {
      supervisor.killAll()
      await sharedServices.use(root, {})
    },
  }
}

function launch(supervisor: Supervisor, id: number, container: Container): Running {
  const translate = (text: string) => translatePaths(text, container)
  const [program = '', ...args] = container.argv.map(translate)
  const env = Object.fromEntries(Object.entries(container.env).map(([key, value]) => [key, translate(value)]))
  const ended = new Promise<Ending>(resolve => {
    supervisor.launch(
      id,
      { program: program === 'node' ? process.execPath : program, args, env, log: container.log },
      resolve,
    )
  })
  return { ended, kill: signal => supervisor.kill(id, signal) }
}

/** Paths of the container become those of this machine. */
function translatePaths(text: string, { mounts }: Container): string {
  return mounts.reduce(
    (done, { source, target }) => done.replace(new RegExp(`(^|["'\`=:])${target}(?=$|[/"'\`:])`, 'g'), `$1${source}`),
    text,
  )
}

let lastPid = 100

/** A daemon that is only an entry of the node's /proc. */
function pretend(root: string, { name, argv }: HostProcess): Running {
  lastPid += 1
  const folder = join(root, 'proc', String(lastPid))
  const written = mkdir(folder, { recursive: true }).then(() =>
    Promise.all([
      writeFile(join(folder, 'comm'), `${name.slice(0, 15)}\n`),
      writeFile(join(folder, 'cmdline'), argv.map(argument => `${argument}\0`).join('')),
      writeFile(join(folder, 'status'), `Name:\t${name}\nState:\tS (sleeping)\nPid:\t${lastPid}\n`),
    ]),
  )
  return {
    ended: new Promise(() => {}),
    kill: () => void written.then(() => rm(folder, { recursive: true, force: true })),
  }
}

/** Without namespaces all nodes have one loopback address: a port answers while any of them wants it to. */
const sharedServices = {
  services: new LoopbackServices(),
  tables: new Map<string, ServiceTable>(),
  use(root: string, table: ServiceTable): Promise<void> {
    this.tables.set(root, table)
    const all: ServiceTable = Object.assign({}, ...this.tables.values())
    return this.services.serve(all).catch(() => {
      // Another process of this machine has the port; the nodes then show what that one answers.
    })
  },
}
