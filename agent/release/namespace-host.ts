import { type ExecFileOptionsWithStringEncoding, execFile } from 'node:child_process'
import { lookAtNamespace, type Sight } from './named-namespace.ts'

/** How a program ended. */
export interface Ending {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The host operations needed to remove network namespaces, in the host's own mount and network namespaces. */
export interface NamespaceHost {
  look(name: string): Promise<Sight>
  /** Runs a host program for at most ten seconds. Never rejects. */
  run(argv: readonly string[]): Promise<Ending>
}

/** The host that this procfs belongs to, as its first process sees it. */
export const namespaceHost = (proc = '/proc'): NamespaceHost => ({
  look: name => lookAtNamespace(name, proc),
  run: argv => perform([`--mount=${proc}/1/ns/mnt`, `--net=${proc}/1/ns/net`, '--', ...argv]),
})

const bounds: ExecFileOptionsWithStringEncoding = {
  timeout: 10_000,
  killSignal: 'SIGKILL',
  maxBuffer: 8 << 20,
  cwd: '/',
  encoding: 'utf8',
  env: { LC_ALL: 'C', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin' },
}

const perform = (args: readonly string[]): Promise<Ending> =>
  new Promise(resolve => {
    execFile('nsenter', [...args], bounds, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      const isExit = typeof code === 'number'
      resolve({ exitCode: isExit ? code : null, stdout, stderr: isExit ? stderr : (error?.message ?? '') })
    })
  })
