import type { IncomingMessage } from 'node:http'
import { badRequest, methodNotAllowed, noSuchResource, unsupportedMedia } from './api-error.ts'
import { findType, type ResourceType } from './resources.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update' | 'delete' | 'deletecollection'

/** A request for a resource, as the server's request info has it. */
export interface ApiRequest {
  readonly verb: Verb
  readonly type: ResourceType
  readonly namespace: string | undefined
  /** Empty for collections. */
  readonly name: string
  /** `log`, `portforward`, `proxy`, `status`; empty for the object itself. */
  readonly subresource: string
  /** What follows the subresource, as `configz` in `nodes/a/proxy/configz`. */
  readonly rest: string
  readonly query: URLSearchParams
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown
  readonly user: string
}

/** Parses a resource path. Throws ApiFailure 404 for an unknown type. */
export function readPath(path: string): Pick<ApiRequest, 'type' | 'namespace' | 'name' | 'subresource' | 'rest'> {
  const pieces = path.split('/').slice(1).map(decode)
  const [group = '', version = '', ...below] = pieces[0] === 'api' ? ['', ...pieces.slice(1)] : pieces.slice(1)
  const isInNamespace = below[0] === 'namespaces' && below.length > 2 && below[2] !== 'status'
  const [plural = '', name = '', subresource = '', ...rest] = isInNamespace ? below.slice(2) : below
  const type = findType(group, version, plural)
  if (!type) throw noSuchResource()
  return { type, namespace: isInNamespace ? below[1] : undefined, name, subresource, rest: rest.join('/') }
}

function decode(piece: string): string {
  try {
    return decodeURIComponent(piece)
  } catch {
    throw badRequest(`invalid URL escape in "${piece}"`)
  }
}

/** The verb that is authorized for a method. Throws ApiFailure 405. */
export function verbOf(method: string, name: string, query: URLSearchParams): Verb {
  if (method === 'GET' && name === '') return isSet(query, 'watch') ? 'watch' : 'list'
  if (method === 'POST' && name !== '') throw methodNotAllowed()
  if (method === 'PUT' && name === '') throw methodNotAllowed()
  if (method === 'PATCH' && name === '') throw methodNotAllowed()
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete'
  const verbs: Readonly<Record<string, Verb>> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch' }
  const verb = verbs[method]
  if (!verb) throw methodNotAllowed()
  return verb
}

export const isSet = (query: URLSearchParams, name: string): boolean => ['1', 'true'].includes(query.get(name) ?? '')

const mostBytes = 3 << 20

/** The body as JSON; undefined when there is none. Throws ApiFailure 400, 413 and 415. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    chunks.push(chunk)
    length += chunk.length
    if (length > mostBytes) throw badRequest('the request is too large')
  }
  if (length === 0) return undefined
  const acceptable = request.method === 'PATCH' ? patchType : objectType
  if (!acceptable.test(request.headers['content-type'] ?? 'application/json')) throw unsupportedMedia()
  const text = Buffer.concat(chunks).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest(`couldn't get version/kind; json parse error: invalid JSON (${text.slice(0, 40)})`)
  }
}

const objectType = /^application\/json(;|$)/
/** Both kinds of patches are merged in the same way; lists are replaced. */
const patchType = /^application\/(strategic-)?merge-patch\+json(;|$)/
