import { randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import { isOk } from '../../shared/reading.ts'
import { bootstrap } from '../agents/bootstrap.ts'
import { makePlan } from '../agents/make-plan.ts'
import { anchorJob, ownedObjects } from '../agents/manifests.ts'
import { readAgent } from './assets.ts'
import type { Options } from './command.ts'
import { withConnection } from './connection.ts'
import type { Io } from './io.ts'
import { type ClusterOptions, parseAgentOptions, parseClusterOptions } from './options.ts'

/** Fields depend on the server's version; without a server the newest is assumed. */
const newest = 'v1.36.0'

/** `manifests`: prints as YAML what `nodes` would create, with an unused run id and token. */
export async function runManifests(options: Options, io: Io): Promise<number> {
  const cluster = parseClusterOptions(options)
  const { agentImage: image, agentPrivileges: privileges, imagePullSecret } = parseAgentOptions(options)
  const plan = makePlan({
    namespace: cluster.namespace,
    image,
    privileges,
    bootstrap,
    randomBytes,
    pullSecrets: imagePullSecret === undefined ? [] : [imagePullSecret],
    agentGzip: await readAgent(io.assets),
    nodes: null,
    serverVersion: await versionOf(cluster, io),
    now: io.now(),
  })
  const objects = [anchorJob(plan), ...ownedObjects(plan, 'the uid of the Job above')]
  io.out(objects.map(({ manifest }) => `---\n${stringify(manifest)}`).join(''))
  return 0
}

async function versionOf(cluster: ClusterOptions, io: Io): Promise<string> {
  const version = await withConnection(cluster, { io, use: ({ kube }) => kube.version() }).catch(() => null)
  if (version && isOk(version)) return version.value
  io.note(`note: no API server answers; written for Kubernetes ${newest}`)
  return newest
}
