import type { Host } from '../shared/host.ts'
import { callRuntime } from './cri/call.ts'
import { runtimeSockets } from './cri/sockets.ts'
import { runCommand } from './host/command.ts'
import { liveFiles } from './host/files.ts'
import { askHttp } from './host/http.ts'
import type { Mounts } from './host/mounts.ts'

/** The machine itself. Reads only: nothing is opened for writing, and only commands of the fixed table are run. */
export const liveHost = (mounts: Mounts): Host => ({
  ...liveFiles(mounts),
  run: name => runCommand(mounts, name),
  cri: call => callRuntime(mounts, runtimeSockets, call),
  http: askHttp,
})
