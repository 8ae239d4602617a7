/** Everything that decides what is created in the cluster for one run. Plain data: time and randomness are already in it. */
export interface RunPlan {
  /** Eight hexadecimal digits. */
  readonly runId: string
  readonly namespace: string
  readonly image: string
  readonly pullSecrets: readonly string[]
  /** Names of the nodes that get an agent; null for every Linux node. */
  readonly nodes: readonly string[] | null
  readonly privileges: AgentPrivileges
  /** Seconds that everything lives on after the last sign of life from here. */
  readonly ttlSeconds: number
  /** 256 random bits as text. */
  readonly token: string
  /** The bundled agent, gzip. */
  readonly agentGzip: Uint8Array
  /** Source that `node -e` runs to unpack and start the agent. */
  readonly bootstrap: string
  /** RFC 3339; an agent that sees a later clock stops. */
  readonly until: string
  /** For a run that gives addresses back on its one node; the ordinary run writes nothing anywhere. */
  readonly release?: ReleaseMount
  /** `gitVersion` of the API server, as it decides which fields it knows. */
  readonly serverVersion: string
}

/** The one folder of a node that a release run may write to. */
export interface ReleaseMount {
  /** Data directory of host-local on the node. */
  readonly dataDir: string
  /** A run that only lists what earlier ones did has it read-only too. */
  readonly isWritable: boolean
}

/** Everything, or only named capabilities: what takes more is then not looked at. */
export const agentPrivileges = ['full', 'reduced'] as const
export type AgentPrivileges = (typeof agentPrivileges)[number]

const product = 'kubectl-netcheck'

/** Everything of one run has this name. */
export const objectName = (runId: string): string => `netcheck-${runId}`

/** Labels of everything of one run. */
export const labelsOf = (runId: string): Record<string, string> => ({
  'app.kubernetes.io/name': product,
  'app.kubernetes.io/managed-by': product,
  [runLabel]: runId,
})

export const runLabel = 'app.kubernetes.io/instance'

/** Selects everything of all runs. */
export const anyRunSelector = `app.kubernetes.io/name=${product},app.kubernetes.io/managed-by=${product}`

/** Selects everything of one run. */
export const runSelector = (runId: string): string => `${anyRunSelector},${runLabel}=${runId}`

export const containerName = 'agent'

/** Where things are inside the agent's container. */
export const agentPaths = {
  host: '/host',
  bundleFolder: '/netcheck/agent',
  bundleFile: 'agent.js.gz',
  tokenFolder: '/netcheck/token',
  tokenFile: 'token',
  store: '/netcheck/store',
} as const
