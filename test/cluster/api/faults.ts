import type { ApiRequest } from './request.ts'

/** What happens instead of the server's answer: a status, a delay, silence, or a cut connection. */
export type FaultAnswer =
  | {
      readonly status: 401 | 403 | 404 | 429 | 500 | 503
      readonly message?: string
      readonly retryAfterSeconds?: number
    }
  | { readonly delayMs: number }
  | { readonly body: string; readonly status: number }
  | 'hang'
  | 'cut'

export interface Fault {
  /** Affected requests; all by default. */
  readonly when?: (request: FaultTarget) => boolean
  readonly answer: FaultAnswer
  /** How often; always by default. */
  readonly times?: number
}

/** Properties of a request that faults can match. */
export type FaultTarget = Pick<ApiRequest, 'verb' | 'namespace' | 'name' | 'subresource'> & {
  /** Plural name; empty for paths that are no resource, as /version. */
  readonly resource: string
  readonly path: string
}

/** An admission webhook that refuses some objects. */
export interface Webhook {
  readonly name: string
  readonly message: string
  /** Plural names. */
  readonly resources: readonly string[]
}

/** All faults that a test can inject into the API server; none at first. */
export class Faults {
  readonly #active = new Map<Fault, number>()
  readonly #denied = new Set<string>()
  readonly webhooks = new Set<Webhook>()

  /** Injects a fault; returns a function that removes it. */
  add(fault: Fault): () => void {
    this.#active.set(fault, fault.times ?? Number.POSITIVE_INFINITY)
    return () => this.#active.delete(fault)
  }

  /**
   * Denies a right such as `create daemonsets.apps` (`verb resource[.group][/subresource]`); returns a function that
   * allows it again.
   */
  deny(right: string): () => void {
    this.#denied.add(right)
    return () => this.#denied.delete(right)
  }

  /** Adds a refusing admission webhook; returns a function that removes it. */
  refuse(webhook: Webhook): () => void {
    this.webhooks.add(webhook)
    return () => this.webhooks.delete(webhook)
  }

  isDenied(right: string): boolean {
    return this.#denied.has(right)
  }

  /** Takes the first fault that matches a request, and counts it. */
  take(target: FaultTarget): FaultAnswer | null {
    for (const [fault, left] of this.#active) {
      if (fault.when && !fault.when(target)) continue
      if (left <= 1) this.#active.delete(fault)
      else this.#active.set(fault, left - 1)
      return fault.answer
    }
    return null
  }

  clear(): void {
    this.#active.clear()
    this.#denied.clear()
    this.webhooks.clear()
  }
}
