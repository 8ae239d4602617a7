import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { inject, onTestFinished } from 'vitest'
import { bootstrapFrom } from '../../plugin/agents/bootstrap.ts'
import { agentEnvironment, agentFlags } from '../../plugin/agents/pod-template.ts'
import { readySchema } from '../../shared/protocol/messages.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A running agent, started as in its container. */
export interface AgentProcess {
  readonly port: number
  readonly token: string
  readonly child: ChildProcess
  /** How it ended. */
  readonly ended: Promise<Ending>
}

export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface AgentOptions {
  readonly env?: Readonly<Record<string, string>>
  /** The user to run as, when the test runs as root. */
  readonly uid?: number | undefined
  /** The one folder that a release agent may write to. */
  readonly releaseFolder?: string
}

const testToken = 'a'.repeat(64)

/** Starts the bundled agent over a root folder and waits until it listens. It ends with the test. */
export async function startAgent(root: string, options: AgentOptions = {}): Promise<AgentProcess> {
  const { child, ended } = await launchAgent({ NETCHECK_HOST_ROOT: root, ...options.env }, options)
  if (!child.stdout) throw new Error('the agent has no stdout')
  const lines = createInterface(child.stdout)
  const failed = ended.then(({ stderr }) => Promise.reject(new Error(`the agent did not start: ${stderr}`)))
  const [line] = await Promise.race([once(lines, 'line'), failed])
  failed.catch(() => {})
  const { port } = readySchema.parse(JSON.parse(line))
  return { port, token: testToken, child, ended }
}

/** Starts the bundled agent with this environment on top of what it always gets. */
export async function launchAgent(env: Readonly<Record<string, string>>, options: AgentOptions = {}) {
  const { uid, releaseFolder } = options
  const { agentPacked, releaseAgentPacked } = inject('programs')
  const packed = releaseFolder === undefined ? agentPacked : releaseAgentPacked
  const folder = await temporaryFolder()
  await writeFile(`${folder}/token`, `${testToken}\n`)
  // Another user may have to read it.
  await chmod(folder, 0o755)
  const child = spawn(process.execPath, [...agentFlags, '-e', bootstrapFrom(packed)], {
    env: {
      PATH: process.env.PATH,
      NETCHECK_NODE: 'n1',
      NETCHECK_TOKEN_FILE: `${folder}/token`,
      ...agentEnvironment,
      ...releaseEnv(releaseFolder),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  return { child, ended: endWithTest(child) }
}

const releaseEnv = (folder: string | undefined) => (folder === undefined ? {} : { NETCHECK_RELEASE_FOLDER: folder })

/** Runs the agent of hosts with these arguments. */
export async function launchHostAgent(args: readonly string[], { uid }: AgentOptions = {}) {
  const child = spawn(process.execPath, [inject('programs').hostAgent, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  return { child, ended: endWithTest(child) }
}

/** Kills the process at the end of the test. Resolves to how it ended. */
function endWithTest(child: ChildProcess): Promise<Ending> {
  const ended = ending(child)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return ended
}

async function ending(child: ChildProcess): Promise<Ending> {
  const printed = { stdout: '', stderr: '' }
  child.stdout?.on('data', data => {
    printed.stdout += data
  })
  child.stderr?.on('data', data => {
    printed.stderr += data
  })
  const [code] = await once(child, 'close')
  return { code, ...printed }
}
