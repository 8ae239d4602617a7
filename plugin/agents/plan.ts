/** Everything that determines what a run creates in the cluster. Plain data: time and randomness are already in it. */
export interface RunPlan {
  /** Eight hexadecimal digits. */
  readonly runId: string
  readonly namespace: string
  readonly image: string
  readonly pullSecrets: readonly string[]
  /** Names of the nodes that get an agent; null for every Linux node. */
  readonly nodes: readonly string[] | null
  readonly privileges: AgentPrivileges
  /** Seconds that everything lives after this process's last heartbeat. */
  readonly ttlSeconds: number
  /** 256 random bits as text. */
  readonly token: string
  /** The bundled agent, gzip. */
  readonly agentGzip: Uint8Array
  /** Source for `node -e` that unpacks and starts the agent. */
  readonly bootstrap: string
  /** RFC 3339; an agent that sees a later clock stops. */
  readonly until: string
  /** Set for a release run on its one node; an ordinary run writes nothing anywhere. */
  readonly release?: ReleaseMount
  /** `gitVersion` of the API server, which determines the fields it supports. */
  readonly serverVersion: string
}

/** The one folder of a node that a release run may write to. */
export interface ReleaseMount {
  /** Data directory of host-local on the node. */
  readonly dataDir: string
  /** False for a run that only lists earlier runs. */
  readonly isWritable: boolean
}

/** `full` is privileged; `reduced` has only named capabilities, and leaves unread what needs more. */
export const agentPrivileges = ['full', 'reduced'] as const
export type AgentPrivileges = (typeof agentPrivileges)[number]

const product = 'kubectl-netcheck'

/** Name of every object of a run. */
export const objectName = (runId: string): string => `netcheck-${runId}`

/** Labels of every object of a run. */
export const labelsOf = (runId: string): Record<string, string> => ({
  'app.kubernetes.io/name': product,
  'app.kubernetes.io/managed-by': product,
  [runLabel]: runId,
})

/** Label with the id of the run. */
export const runLabel = 'app.kubernetes.io/instance'

/** Selects the objects of all runs. */
export const anyRunSelector = `app.kubernetes.io/name=${product},app.kubernetes.io/managed-by=${product}`

/** Selects the objects of one run. */
export const runSelector = (runId: string): string => `${anyRunSelector},${runLabel}=${runId}`

/** Name of the agent's container in its pod. */
export const containerName = 'agent'

/** Paths inside the agent's container. */
export const agentPaths = {
  host: '/host',
  bundleFolder: '/netcheck/agent',
  bundleFile: 'agent.js.gz',
  tokenFolder: '/netcheck/token',
  tokenFile: 'token',
  store: '/netcheck/store',
} as const
