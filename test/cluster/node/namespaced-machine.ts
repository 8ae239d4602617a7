import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { type News, newsSchema, type Order } from './daemon-messages.ts'
import { writeProgram } from './host-root.ts'
import { toolEnvironment } from './ip-command.ts'
import type { Container, Machine, Running } from './machine.ts'
import { containerScript, nodeScript } from './mount-scripts.ts'
import type { Ending, Launch } from './supervisor.ts'

export interface NamespacedOptions {
  /** Name of its network namespace. */
  readonly namespace: string
  readonly name: string
  readonly root: string
  /** A folder for sockets and containers, beside the root. */
  readonly work: string
  /** The bundled `daemon.ts`. */
  readonly daemon: string
  readonly bootId: string
}

/** A node in its own network, process, mount and host name namespaces, below one process that ends with this one. */
export async function namespacedMachine(options: NamespacedOptions): Promise<Machine> {
  const inside = await Inside.start(options)
  const { root, work } = options
  return {
    root,
    isReal: true,
    start: container => inside.launch(inContainer(container, work)),
    startHost: ({ name, argv: [argv0, ...args] }) => {
      const program = join(root, 'opt/programs', name)
      const log = join(work, `${name}.log`)
      const ready = writeProgram(program)
      return inside.launchAfter(ready, { program, args, argv0, env: {}, log })
    },
    connect: port => connectThrough(join(work, 'daemon.sock'), port),
    serve: async table => void (await inside.ask({ order: 'serve', table })),
    run: script => inside.ask({ order: 'run', script }),
    stop: () => inside.stop(),
  }
}

const inContainer = ({ argv, env, mounts, log }: Container, work: string): Launch => ({
  program: 'unshare',
  args: [
    ...['--mount', '--propagation', 'private', 'sh', '-ec', containerScript, 'container', work],
    ...[...mounts, runtime].map(({ source, target, readOnly }) => `${readOnly ? 'ro' : 'rw'}:${source}:${target}`),
    ...['--', ...argv],
  ],
  env: { PATH: `${runtime.target}:${toolEnvironment.PATH}`, ...env },
  log,
})

/** Every image has this machine's Node, wherever it is installed. */
const runtime = { source: dirname(process.execPath), target: '/opt/node/bin', readOnly: true }

type Question = Omit<Extract<Order, { order: 'serve' }>, 'id'> | Omit<Extract<Order, { order: 'run' }>, 'id'>

/** The connection to the process inside. */
class Inside {
  readonly #child: ChildProcess
  readonly #endings = new Map<number, (ending: Ending) => void>()
  readonly #answers = new Map<number, (news: Extract<News, { news: 'done' }>) => void>()
  #last = 0

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start({ namespace, name, root, work, daemon, bootId }: NamespacedOptions): Promise<Inside> {
    const child = spawn(
      'ip',
      [
        ...['netns', 'exec', namespace, 'unshare', '--mount', '--pid', '--uts', '--fork', '--kill-child'],
        ...['--propagation', 'private', 'sh', '-ec', nodeScript, 'node', root, work, name, bootId],
        ...[process.execPath, daemon, join(work, 'daemon.sock')],
      ],
      { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...toolEnvironment } },
    )
    const inside = new Inside(child)
    await inside.#listening(name)
    return inside
  }

  launch(launch: Launch): Running {
    return this.launchAfter(Promise.resolve(), launch)
  }

  launchAfter(ready: Promise<void>, { args, ...launch }: Launch): Running {
    const id = this.#next()
    const ended = new Promise<Ending>(resolve => this.#endings.set(id, resolve))
    const sent = ready.then(() => this.#send({ order: 'launch', id, launch: { ...launch, args: [...args] } }))
    return { ended, kill: signal => void sent.then(() => this.#send({ order: 'kill', id, signal })) }
  }

  /** Rejects with what the script wrote as its error. */
  ask(question: Question): Promise<string> {
    const id = this.#next()
    this.#send({ ...question, id })
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ output, error }) => (error === '' ? resolve(output) : reject(new Error(error))))
    })
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.stdin?.end()
    this.#child.kill('SIGKILL')
    await gone
  }

  #next(): number {
    this.#last += 1
    return this.#last
  }

  #send(order: Order): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(`${JSON.stringify(order)}\n`)
  }

  /** Resolves when the daemon listens. Rejects with its last words when it ends before. */
  #listening(name: string): Promise<void> {
    const { stdout, stderr } = this.#child
    let words = ''
    stderr?.on('data', bytes => {
      words += bytes
    })
    this.#child.stdin?.on('error', () => {})
    return new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('exit', () => reject(new Error(`${name} ended before it was up: ${words}`)))
      if (!stdout) return
      createInterface({ input: stdout }).on('line', line => {
        const news = newsSchema.parse(JSON.parse(line))
        if (news.news === 'listening') resolve()
        else this.#hear(news)
      })
    })
  }

  #hear(news: Exclude<News, { news: 'listening' }>): void {
    if (news.news === 'ended') this.#endings.get(news.id)?.({ code: news.code, signal: news.signal })
    else this.#answers.get(news.id)?.(news)
    this.#endings.delete(news.news === 'ended' ? news.id : -1)
  }
}

/** A connection to a port of the node's loopback address. Rejects with the reason when there is none. */
async function connectThrough(path: string, port: number): Promise<Duplex> {
  const socket = createConnection(path)
  await once(socket, 'connect')
  socket.write(`${port}\n`)
  const [first] = await once(socket, 'data')
  const text = String(first)
  if (!text.startsWith('ok\n')) throw new Error(text.trim())
  if (text.length > 3) socket.unshift(first.subarray(3))
  return socket
}
