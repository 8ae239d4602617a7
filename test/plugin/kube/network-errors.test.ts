import { expect, test } from 'vitest'
import { networkError } from '../../../plugin/kube/network-errors.ts'
import { NetcheckError } from '../../../shared/errors.ts'

test('credentials that fail during a run are not called a broken connection', () => {
  const failure = new NetcheckError('KUBECONFIG', 'the credential plugin failed: session expired', { hint: 'log in' })
  const { code, message, hint } = networkError(failure, 'https://server')
  expect({ code, message, hint }).toEqual({ code: 'KUBECONFIG', message: failure.message, hint: 'log in' })
})

test('anything else names the server', () => {
  expect(networkError(new Error('socket hang up'), 'https://server').message).toBe(
    'no connection to https://server: socket hang up',
  )
})
