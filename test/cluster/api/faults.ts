import type { ApiRequest } from './request.ts'

/** What a fault answers instead of the server: a status, nothing for a while, nothing at all, or a cut connection. */
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
  /** Requests that are met; all when it is left out. */
  readonly when?: (request: FaultTarget) => boolean
  readonly answer: FaultAnswer
  /** How often; always when it is left out. */
  readonly times?: number
}

/** What a fault can look at. */
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

/** Everything about the API server that a test can turn bad. All of it is off at first. */
export class Faults {
  readonly #active = new Map<Fault, number>()
  readonly #denied = new Set<string>()
  readonly webhooks = new Set<Webhook>()

  /** Puts a fault in; returns how to take it out. */
  add(fault: Fault): () => void {
    this.#active.set(fault, fault.times ?? Number.POSITIVE_INFINITY)
    return () => this.#active.delete(fault)
  }

  /** RBAC says no to `verb resource[.group][/subresource]`, as `create daemonsets.apps`; returns how to allow it again. */
  deny(right: string): () => void {
    this.#denied.add(right)
    return () => this.#denied.delete(right)
  }

  /** An admission webhook refuses objects; returns how to remove it. */
  refuse(webhook: Webhook): () => void {
    this.webhooks.add(webhook)
    return () => this.webhooks.delete(webhook)
  }

  isDenied(right: string): boolean {
    return this.#denied.has(right)
  }

  /** The first fault that meets a request; counts it. */
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
