import { protocolVersion } from '../../shared/protocol/messages.ts'
import { version } from '../../shared/version.ts'
import type { Io } from './io.ts'

export function runVersion(io: Io): number {
  io.out(`kubectl-netcheck ${version} (protocol ${protocolVersion}, node ${process.versions.node})\n`)
  return 0
}
