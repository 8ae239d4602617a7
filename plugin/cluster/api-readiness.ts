import { mapReading } from '../../shared/reading.ts'
import { defineClusterPart } from '../kube/cluster-part.ts'

/** The API server's own health report. How long it took to answer is `ms` of the part. */
export interface ApiReadiness {
  readonly ready: boolean
  /** Names of its checks that failed, as `etcd`. */
  readonly failed: readonly string[]
}

/** `GET /readyz?verbose`: one line for each check, `[+]name ok` or `[-]name failed: reason withheld`. */
export const apiReadiness = defineClusterPart<ApiReadiness>({
  collect: async kube =>
    mapReading(await kube.readyz(), body => {
      const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map(([, name]) => name ?? '')
      return { failed, ready: failed.length === 0 && /^(?:ok\s*$|readyz check passed)/m.test(body) }
    }),
})
