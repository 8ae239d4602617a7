import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiFailure } from './api-error.ts'
import type { FaultAnswer, Faults, FaultTarget } from './faults.ts'
import { readPath, verbOf } from './request.ts'

interface Met {
  readonly url: URL
  readonly method: string
  readonly response: ServerResponse | Duplex
}

/** Applies a fault to a request; true when it is dealt with. Throws ApiFailure for a status. */
export async function applyFault(faults: Faults, { url, method, response }: Met): Promise<boolean> {
  const fault = faults.take(targetOf(url, method))
  if (fault === null) return false
  if (fault === 'hang') return true
  if (fault === 'cut') {
    if ('socket' in response) response.socket?.destroy()
    response.destroy()
    return true
  }
  if ('delayMs' in fault) {
    await sleep(fault.delayMs)
    return false
  }
  if ('body' in fault) {
    if ('writeHead' in response) response.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.body)
    else response.destroy()
    return true
  }
  throw failureOf(fault)
}

function targetOf(url: URL, method: string): FaultTarget {
  try {
    const { type, namespace, name, subresource } = readPath(url.pathname)
    const verb = verbOf(method, name, url.searchParams)
    return { verb, namespace, name, subresource, resource: type.plural, path: url.pathname }
  } catch {
    return { verb: 'get', namespace: undefined, name: '', subresource: '', resource: '', path: url.pathname }
  }
}

function failureOf({ status, message, retryAfterSeconds }: Extract<FaultAnswer, { message?: string }>): ApiFailure {
  const words = message ?? defaultMessages[status] ?? STATUS_CODES[status] ?? ''
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }
  return new ApiFailure(status, reasons[status] ?? '', words, details)
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
}

const defaultMessages: Readonly<Record<number, string>> = {
  429: 'Too many requests, please try again later.',
  500: 'Internal error occurred: etcdserver: leader changed',
  503: 'the server is currently unable to handle the request',
}
