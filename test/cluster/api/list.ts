import { badRequest, expiredContinue } from './api-error.ts'
import type { KubeObject } from './object.ts'
import { keyOf, placeOf } from './object.ts'
import type { ApiRequest } from './request.ts'
import { apiVersionOf } from './resources.ts'
import { fieldMatcher, labelMatcher } from './selectors.ts'
import type { Store } from './store.ts'

/** Snapshots of lists by version, so that later pages are consistent with the first. */
export class Snapshots {
  readonly #pages = new Map<number, readonly KubeObject[]>()

  keep(version: number, items: readonly KubeObject[]): void {
    this.#pages.set(version, items)
  }

  get(version: number): readonly KubeObject[] | undefined {
    return this.#pages.get(version)
  }

  /** Makes every token stale. */
  drop(): void {
    this.#pages.clear()
  }
}

/** A list, or one page of it. Throws ApiFailure 400 and 410. */
export function list(store: Store, snapshots: Snapshots, request: ApiRequest) {
  const { type, query } = request
  const limit = Number(query.get('limit') ?? 0)
  const token = readToken(query.get('continue'))
  const fits = matcherOf(request)
  const isFresh = token === null || token.rv === anyVersion
  const all = isFresh ? store.items(type) : snapshots.get(token.rv)
  if (!all) throw expiredContinue(encodeToken(anyVersion, token?.start ?? ''))
  const version = isFresh ? store.version : token.rv
  const left = all.filter(object => fits(object) && (!token || keyOf(placeOf(object)) > token.start))
  const page = limit > 0 ? left.slice(0, limit) : left
  const last = page.at(-1)
  const rest = left.length - page.length
  if (rest > 0) snapshots.keep(version, all)
  return {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type),
    metadata: {
      resourceVersion: String(version),
      ...(rest > 0 && last ? { continue: encodeToken(version, keyOf(placeOf(last))) } : {}),
      ...(rest > 0 && !hasSelector(query) ? { remainingItemCount: rest } : {}),
    },
    items: page.map(({ apiVersion: _version, kind: _kind, ...object }) => object),
  }
}

/** Whether an object is in the namespace and the selection of a request. */
export function matcherOf({ type, namespace, query }: ApiRequest): (object: KubeObject) => boolean {
  const labels = labelMatcher(query.get('labelSelector') ?? '')
  const fields = fieldMatcher(type, query.get('fieldSelector') ?? '')
  return object =>
    (namespace === undefined || object.metadata.namespace === namespace) && labels(object) && fields(object)
}

const hasSelector = (query: URLSearchParams) => Boolean(query.get('labelSelector') || query.get('fieldSelector'))

/** The same token as the real server's: URL-safe base64 of version and the key to go on after. */
const encodeToken = (rv: number, start: string): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start: `${start}\u0000` })).toString('base64url')

/** In a token: go on in whatever there is by then. */
const anyVersion = -1

function readToken(token: string | null): { readonly rv: number; readonly start: string } | null {
  if (!token) return null
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (typeof rv === 'number' && typeof start === 'string') return { rv, start: start.replace(/\0$/, '') }
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest(
    "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
  )
}
