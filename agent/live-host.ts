import { findApiServer } from '../shared/discovery/api-server.ts'
import { rememberHost } from '../shared/discovery/remember-host.ts'
import { findRuntimeSockets } from '../shared/discovery/runtime-sockets.ts'
import type { Host } from '../shared/host.ts'
import { ok, unavailable } from '../shared/reading.ts'
import { callRuntime } from './cri/call.ts'
import { runCommand } from './host/command.ts'
import { liveFiles } from './host/files.ts'
import { askApiServer, askHttp } from './host/http.ts'
import type { Mounts } from './host/mounts.ts'
import { findPods } from './host/pods.ts'
import { probeFrom } from './probes/probe-from.ts'

/**
 * The live machine; each answer is cached. Nothing is opened for writing, and only commands of the fixed table are run.
 * Only `probe` sends packets to other machines: connections that are closed at once, and DNS queries. `service` is the
 * URL of the API server's Service from the agent's own environment; another pod's environment cannot be trusted.
 */
export function liveHost(mounts: Mounts, service: string | null = null): Host {
  const direct: Host = {
    ...liveFiles(mounts),
    run: name => runCommand(mounts, name),
    cri: async call => callRuntime(mounts, await findRuntimeSockets(host), call),
    http: async name => {
      if (name === 'apiserver-service') return askApiServer(service === null ? noService : ok(service))
      return name === 'apiserver-endpoint' ? askApiServer(await findApiServer(host)) : askHttp(name)
    },
    // Not cached: a process id may be reused, so ownership must be checked each time.
    pods: () => findPods(mounts, direct),
    probe: targets => probeFrom(mounts, direct, targets),
  }
  const host = rememberHost(direct)
  return host
}

const noService = unavailable('unsupported', 'outside of a pod nobody tells the address of the API server’s Service')
