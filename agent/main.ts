import { messageOf } from '../shared/errors.ts'
import { parts } from '../shared/gen/parts.ts'
import { protocolVersion, type Ready } from '../shared/protocol/messages.ts'
import { oneLine } from '../shared/text.ts'
import { findMounts, type Mounts } from './host/mounts.ts'
import { killAll } from './host/output.ts'
import { createIdleTimer } from './idle-timer.ts'
import { liveHost } from './live-host.ts'
import { parseTargets, targetsVariable } from './probes/handover.ts'
import { runProbes } from './probes/run-probes.ts'
import { startServer } from './server.ts'
import { sessionTimes } from './session/times.ts'
import type { SessionSetup } from './session.ts'
import { readSettings } from './settings.ts'

// Must be set before the first file is read: a few reads that hang must not hold up the others. The default is 4.
process.env.UV_THREADPOOL_SIZE ??= '32'

const args = process.argv.slice(2)
const isProbing = process.env[targetsVariable] !== undefined
const isOnce = args.length > 0 && !isProbing

process.on('uncaughtException', fail)
process.on('SIGTERM', () => leave(isOnce ? 2 : 0))
process.on('SIGINT', () => leave(isOnce ? 2 : 0))
void (isOnce ? record() : isProbing ? probe() : start()).catch(fail)

/** In-cluster agents are built without once.ts, so they cannot write files. */
async function record(): Promise<void> {
  const { runOnce } = await import('./once.ts')
  const atExit = (drop: () => void) => void process.once('exit', drop)
  say(await runOnce(args, { stdout: process.stdout, atExit }))
  leave(0)
}

/** Runs as a child of the agent in a pod's network namespace: asks the given targets, prints the answers and exits. */
async function probe(): Promise<void> {
  const answers = await runProbes(parseTargets(process.env[targetsVariable]))
  process.stdout.write(JSON.stringify(answers), () => leave(0))
}

async function start(): Promise<void> {
  const settings = await readSettings(process.env)
  if (settings.until !== null && Date.now() >= settings.until) {
    say(`the run is over since ${new Date(settings.until).toISOString()}`)
    return leave(0)
  }
  const mounts = await findMounts(settings.mounts)
  const idle = createIdleTimer(settings.idleMs, () => leave(0))
  const { node, token } = settings
  const setup = {
    node,
    token,
    openHost: () => liveHost(mounts, settings.service),
    definitions: parts,
    times: sessionTimes,
    onSessions: idle.setBusy,
    serveRelease: await releaseService(settings.releaseFolder, mounts),
  }
  const { port } = await startServer(setup)
  const ready: Ready = { netcheck: 'ready', protocol: protocolVersion, port }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}

/** Only release agents are built with service.ts; a read-only agent contains no code that writes. */
async function releaseService(folder: string | null, mounts: Mounts): Promise<SessionSetup['serveRelease']> {
  if (folder === null) return null
  const { serveRelease } = await import('./release/service.ts')
  const setup = { folder, hostRoot: mounts.root, openHost: () => liveHost(mounts) }
  return (request, session) => serveRelease(request, setup, session)
}

function fail(error: unknown): void {
  say(messageOf(error))
  leave(isOnce ? 2 : 1)
}

const say = (text: string) => process.stderr.write(`netcheck: ${oneLine(text)}\n`)

function leave(code: 0 | 1 | 2): void {
  killAll()
  process.exit(code)
}
