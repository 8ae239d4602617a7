import * as z from 'zod/mini'
import { isOk } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import { ApiError } from '../kube/errors.ts'
import { type Kube, type KubeWriter, resources } from '../kube/port.ts'
import { containerName } from './plan.ts'
import { tellingLine } from './telling-line.ts'

interface Place {
  readonly namespace: string
  readonly name: string
}

/** The most informative line of a crashed agent's log; empty when there is none. */
export async function lastWords(kube: Kube, { namespace, name }: Place): Promise<string> {
  for (const previous of [false, true]) {
    const log = await kube.logs({ namespace, pod: name, container: containerName, tailLines: 40, previous })
    const line = isOk(log) ? tellingLine(log.value.split('\n')) : ''
    if (line !== '') return line
  }
  return ''
}

const text = z.optional(z.nullable(z.string()))
const eventSchema = z.object({ type: text, reason: text, message: text, lastTimestamp: text, eventTime: text })

/** An event that may explain why an agent does not run. */
export interface Trouble {
  readonly isWarning: boolean
  readonly text: string
}

/** The newest event about an object of the run; null when there is none or events may not be read. */
export async function latestEvent(writer: KubeWriter, { namespace, name }: Place): Promise<Trouble | null> {
  const found = await optional(
    writer.select(resources.events, { namespace, fieldSelector: `involvedObject.name=${name}` }),
  )
  const events = (found ?? []).flatMap(object => {
    const event = z.safeParse(eventSchema, object)
    return event.success ? [event.data] : []
  })
  const newest = events.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)).at(-1)
  if (!newest) return null
  return { isWarning: newest.type === 'Warning', text: oneLine(`${newest.reason ?? ''}: ${newest.message ?? ''}`, 600) }
}

const timeOf = ({ lastTimestamp, eventTime }: z.infer<typeof eventSchema>): string => lastTimestamp ?? eventTime ?? ''

/** Whether the node was deleted; false when that cannot be determined. */
export async function isNodeGone(writer: KubeWriter, node: string): Promise<boolean> {
  const found = await optional(writer.select(resources.nodes, { fieldSelector: `metadata.name=${node}` }))
  return found?.length === 0
}

/** These reads only add explanations; a failed one is ignored. */
async function optional<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}
