import { expect, test } from 'vitest'
import { proxyFor } from '../../../plugin/kube/proxy.ts'

const server = new URL('https://api.cluster.example:6443')
const HTTPS_PROXY = 'http://proxy:3128'

test('the proxy follows the scheme of the server, and lower case wins', () => {
  expect(proxyFor(server, { HTTPS_PROXY, HTTP_PROXY: 'http://other' })).toBe(HTTPS_PROXY)
  expect(proxyFor(server, { HTTPS_PROXY, https_proxy: 'http://lower' })).toBe('http://lower')
  expect(proxyFor(new URL('http://api:8080'), { HTTPS_PROXY })).toBeUndefined()
  expect(proxyFor(new URL('http://api:8080'), { HTTP_PROXY: 'http://plain' })).toBe('http://plain')
})

test('no proxy is named by an empty environment', () => {
  expect(proxyFor(server, {})).toBeUndefined()
  expect(proxyFor(server, { HTTPS_PROXY: '' })).toBeUndefined()
})

test('a proxy without a scheme is an http proxy', () => {
  expect(proxyFor(server, { HTTPS_PROXY: 'proxy:3128' })).toBe('http://proxy:3128')
})

test.each([
  ['*', true],
  ['api.cluster.example', true],
  ['API.cluster.example', true],
  ['cluster.example', true],
  ['.cluster.example', true],
  ['*.cluster.example', true],
  ['other, api.cluster.example:6443', true],
  ['api.cluster.example:443', false],
  ['ster.example', false],
  ['10.0.0.0/8', false],
  ['', false],
  [',,', false],
])('NO_PROXY %j exempts a named server: %s', (NO_PROXY, isExempt) => {
  expect(proxyFor(server, { HTTPS_PROXY, NO_PROXY }) === undefined).toBe(isExempt)
})

test.each([
  ['10.1.2.3', '10.0.0.0/8', true],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '11.0.0.0/8', false],
  ['10.1.2.3', '2.3', false],
  ['[fd00::1]', 'fd00::/8', true],
  ['[fd00::1]', 'fd00::1', true],
])('an address %s under NO_PROXY %s is exempt: %s', (host, NO_PROXY, isExempt) => {
  expect(proxyFor(new URL(`https://${host}:6443`), { HTTPS_PROXY, NO_PROXY }) === undefined).toBe(isExempt)
})

test.each(['https://localhost:6443', 'https://127.0.0.1:6443', 'https://[::1]:6443'])(
  '%s never goes through a proxy',
  url => {
    expect(proxyFor(new URL(url), { HTTPS_PROXY })).toBeUndefined()
  },
)
