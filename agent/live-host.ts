import { rememberHost } from '../shared/discovery/remember-host.ts'
import { findRuntimeSockets } from '../shared/discovery/runtime-sockets.ts'
import type { Host } from '../shared/host.ts'
import { callRuntime } from './cri/call.ts'
import { runCommand } from './host/command.ts'
import { liveFiles } from './host/files.ts'
import { askHttp } from './host/http.ts'
import type { Mounts } from './host/mounts.ts'
import { findPods } from './host/pods.ts'

/**
 * The machine itself, asked each question once. Reads only: nothing is opened for writing, and only commands of the
 * fixed table are run.
 */
export function liveHost(mounts: Mounts): Host {
  const direct: Host = {
    ...liveFiles(mounts),
    run: name => runCommand(mounts, name),
    cri: async call => callRuntime(mounts, await findRuntimeSockets(host), call),
    http: askHttp,
    // Whether a process still is that of the pod must be asked anew.
    pods: () => findPods(mounts, direct),
  }
  const host = rememberHost(direct)
  return host
}
