import { protocolVersion } from '../../shared/protocol/messages.ts'
import { version } from '../../shared/version.ts'
import type { Io } from './io.ts'

/** `version`: prints the versions of program, protocol and Node.js. */
export function runVersion(io: Io): number {
  io.out(`kubectl-netcheck ${version} (protocol ${protocolVersion}, node ${process.versions.node})\n`)
  return 0
}
