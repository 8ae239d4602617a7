import * as z from 'zod/mini'
import { commandLine } from '../../shared/commands.ts'
import type { Host, Pod } from '../../shared/host.ts'
import { isOk, mapReading, ok, type Reading, type Reason, reasons, unavailable } from '../../shared/reading.ts'
import { readJson } from './json.ts'
import { replayFiles } from './replay-files.ts'
import type { BundleSource } from './source.ts'

const failure = z.object({
  error: z.string(),
  reason: z.optional(z.enum(reasons)),
  socket: z.optional(z.string()),
  url: z.optional(z.string()),
})

const command = z.object({
  argv: z.optional(z.array(z.string())),
  exitCode: z.number(),
  stdout: z.optional(z.string()),
  stderr: z.optional(z.string()),
  durationMs: z.optional(z.number()),
})

const reply = z.object({ url: z.string(), status: z.number(), body: z.optional(z.string()) })

/** A host as a bundle recorded it under `nodes/<node>`. Source: bundle-format netcheck-bundle/1. */
export const replayHost = (source: BundleSource, node: string): Promise<Host> => replayFolder(source, `nodes/${node}`)

async function replayFolder(source: BundleSource, folder: string): Promise<Host> {
  return {
    ...(await replayFiles(source, folder)),
    run: async name => {
      const recorded = await outcome(source, `${folder}/commands/${name}.json`, command)
      return mapReading(recorded, result => ({
        argv: commandLine(name),
        stdout: '',
        stderr: '',
        durationMs: 0,
        ...result,
      }))
    },
    cri: call => outcome(source, `${folder}/cri/${call}.json`, z.unknown()),
    http: async name => {
      const recorded = await outcome(source, `${folder}/http/${name}.json`, reply)
      return mapReading(recorded, ({ url, status, body = '' }) => ({ url, status, body }))
    },
    pods: () => replayPods(source, `${folder}/netns`),
  }
}

/** Each pod has a folder named by its uid, laid out like that of a node; `pods.json` says why there is none. */
async function replayPods(source: BundleSource, folder: string): Promise<Reading<readonly Pod[]>> {
  const listed = await outcome(source, `${folder}/pods.json`, z.array(z.string()))
  if (!isOk(listed) && listed.reason !== 'not-recorded') return listed
  const names = await source.list(folder)
  if (names === null) return unavailable('not-recorded', `the recording has no ${folder}`)
  const uids = names.filter(name => podUid.test(name))
  return ok(await Promise.all(uids.map(async uid => ({ uid, host: await replayFolder(source, `${folder}/${uid}`) }))))
}

const podUid = /^[0-9a-z][0-9a-z-]{0,62}$/

/** A recorded call: its reply, or the recorded failure as a reading. */
async function outcome<T>(source: BundleSource, path: string, schema: z.ZodMiniType<T>): Promise<Reading<T>> {
  const failed = await readJson(source, path, failure)
  if (isOk(failed)) return unavailable(failed.value.reason ?? reasonOf(failed.value.error), describe(failed.value))
  return readJson(source, path, schema)
}

const describe = ({ error, socket, url }: z.infer<typeof failure>) => {
  const place = socket ?? url
  // The recorder prefixes the sentence with a code.
  const sentence = error.replace(/^E[A-Z]{3,12}: /, '')
  return place ? `${place}: ${sentence}` : sentence
}

/** A refused connection means `missing`, which is an answer; other failures are not. */
function reasonOf(error: string): Reason {
  if (/ENOENT|ECONNREFUSED|no such file|connection refused/i.test(error)) return 'missing'
  if (/EACCES|EPERM|permission denied/i.test(error)) return 'denied'
  return /ETIMEDOUT|timed? ?out|deadline/i.test(error) ? 'timeout' : 'failed'
}
