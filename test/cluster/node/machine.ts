import type { Duplex } from 'node:stream'
import type { ServiceTable } from './loopback-services.ts'
import type { Ending } from './supervisor.ts'

export interface Mount {
  /** Path on this machine. */
  readonly source: string
  /** Path in the container. */
  readonly target: string
  readonly readOnly: boolean
}

/** A container as the kubelet wants it. */
export interface Container {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly Mount[]
  readonly log: string
}

/** A process of the node itself, by the program and arguments that it shows. */
export interface HostProcess {
  readonly name: string
  readonly argv: readonly string[]
}

export interface Running {
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
  readonly ended: Promise<Ending>
}

/** Where a node's processes run: in namespaces of their own, or beside all others on this machine. */
export interface Machine {
  /** The node's file system, as a folder of this machine. */
  readonly root: string
  /** False where network, processes and kernel settings are those of files, and nothing is real but the agent. */
  readonly isReal: boolean
  start(container: Container): Running
  startHost(process: HostProcess): Running
  connect(port: number): Promise<Duplex>
  serve(table: ServiceTable): Promise<void>
  /** Runs a shell script in the node; resolves to its output. Only where the node is real. */
  run(script: string): Promise<string>
  stop(): Promise<void>
}
