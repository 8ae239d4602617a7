import { randomBytes } from 'node:crypto'
import { oneLine } from '../../shared/text.ts'
import { bootstrap } from '../agents/bootstrap.ts'
import type { Options } from './command.ts'
import type { Io } from './io.ts'
import { parseAgentOptions, parseClusterOptions } from './options.ts'

/** The settings of a run of agents that come from the command line and the process, the same for every command. */
export function agentRun(options: Options, io: Io) {
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
    onNotice: (message: string) => io.note(`note: ${oneLine(message)}`),
  }
}
