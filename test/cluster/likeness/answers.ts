import { isRecord } from '../api/object.ts'
import type { RawApi, RawReply } from './raw-api.ts'
import { namespace, requests } from './requests.ts'

/** What an API server answered, without what differs from run to run and from server to server. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  /** The body; a list of them where it has one JSON text per line, as a watch. */
  readonly body: unknown
}

/** Sends all requests in their order, and removes what they left. */
export async function answersOf(api: RawApi): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {}
  try {
    for (const [name, request] of Object.entries(requests)) answers[name] = normalize(await api.send(request))
  } finally {
    await api.send({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
  }
  return answers
}

const normalize = ({ status, contentType, body }: RawReply): Answer => ({
  status,
  contentType,
  body: stable(parse(body)),
})

function parse(body: string): unknown {
  const lines = body.split('\n').filter(line => line !== '')
  try {
    const texts = lines.map(line => JSON.parse(line))
    return texts.length > 1 ? texts : texts[0]
  } catch {
    return parseWhole(body)
  }
}

function parseWhole(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** Fields whose values are of one run or one server only. */
const changing = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'continue', 'serverAddress', 'startTime'])
/** Fields that this server does not keep, and defaults that nothing here depends on. */
const left = new Set(['managedFields', 'storageVersionHash', 'categories', 'remainingItemCount'])
const uid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

function stable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(uid, '<uid>').replace(/\(\d+\)$/, '(<version>)')
  if (Array.isArray(value)) return value.map(stable)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([key]) => !left.has(key))
  return Object.fromEntries(
    kept
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, changing.has(key) && typeof each === 'string' ? `<${key}>` : stable(each)]),
  )
}
