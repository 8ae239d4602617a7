import { randomBytes } from 'node:crypto'
import { oneLine } from '../../shared/text.ts'
import { bootstrap } from '../agents/bootstrap.ts'
import type { RunSettings } from '../agents/with-agents.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { parseAgentOptions, parseClusterOptions } from './options.ts'

type CommonSettings = Omit<RunSettings, 'connection' | 'agentGzip'>

/** The settings of a run of agents that come from the command line and the process, the same for every command. */
export function agentRun(options: Options, io: Io): CommonSettings & { readonly nodeTimeoutMs: number } {
  const { agentImage, agentPrivileges, imagePullSecret, nodeTimeoutMs, timeoutMs, keep } = parseAgentOptions(options)
  return {
    namespace: parseClusterOptions(options).namespace,
    image: agentImage,
    privileges: agentPrivileges,
    pullSecrets: imagePullSecret === undefined ? [] : [imagePullSecret],
    bootstrap,
    randomBytes,
    nodeTimeoutMs,
    timeoutMs,
    keep,
    signal: io.signal,
    now: io.now,
    onNotice: message => io.note(`note: ${oneLine(message)}`),
  }
}
