import type { Evidence } from '../../../shared/finding.ts'

/**
 * `noted` passes but is worth knowing; `partly` loses some connections; `not-looked-at` is unknown, with the reason.
 */
export type HopState = 'ok' | 'noted' | 'partly' | 'blocked' | 'not-looked-at'

/** The question decided at one hop. */
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

/** One place on the way of a connection, and the result there. */
export interface Hop {
  readonly step: Step
  /** `pod/shop/web`, `service/shop/db`, or the name of a node. */
  readonly place: string
  readonly state: HopState
  /** One sentence. */
  readonly text: string
  readonly evidence: readonly Evidence[]
  /** The check whose page explains more; null without one. */
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

/** The worst of several states. */
export const worstState = (states: readonly HopState[]): HopState =>
  gravest.find(state => states.includes(state)) ?? 'ok'

const gravest: readonly HopState[] = ['blocked', 'partly', 'not-looked-at', 'noted']
