import type { Evidence } from '../../../shared/finding.ts'

/**
 * `noted` gets through and is worth knowing; `partly` loses some of the connections; `not-looked-at` says that nobody
 * knows, and why.
 */
export type HopState = 'ok' | 'noted' | 'partly' | 'blocked' | 'not-looked-at'

/** What is asked at one place on the way of a connection. */
export type Step =
  | 'source'
  | 'name'
  | 'service'
  | 'rules'
  | 'egress'
  | 'filter'
  | 'route'
  | 'overlay'
  | 'ingress'
  | 'target'
  | 'back'

/** One place on the way of a connection, and what becomes of it there. */
export interface Hop {
  readonly step: Step
  /** `pod/shop/web`, `service/shop/db`, or the name of a node. */
  readonly place: string
  readonly state: HopState
  /** One sentence. */
  readonly text: string
  readonly evidence: readonly Evidence[]
  /** The check whose page tells more; null where there is none. */
  readonly code: string | null
}

interface Told {
  readonly step: Step
  readonly place: string
  readonly text: string
  readonly evidence?: readonly Evidence[]
  readonly code?: string
}

/** Creates a hop. */
export const hop = (state: HopState, { evidence = [], code, ...told }: Told): Hop => ({
  ...told,
  state,
  evidence,
  code: code ?? null,
})

/** Of several the one that says most against the connection. */
export const worstState = (states: readonly HopState[]): HopState =>
  gravest.find(state => states.includes(state)) ?? 'ok'

const gravest: readonly HopState[] = ['blocked', 'partly', 'not-looked-at', 'noted']
