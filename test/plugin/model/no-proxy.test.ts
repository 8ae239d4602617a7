import { describe, expect, test } from 'vitest'
import { isDirect } from '../../../plugin/model/no-proxy.ts'

const covered: readonly (readonly [host: string, exception: string])[] = [
  ['api.example', 'example'],
  ['example', 'example'],
  ['api.example', '.example'],
  ['api.example', '*.example'],
  ['API.example.', 'api.EXAMPLE'],
  ['api.example', 'api.example:6443'],
  ['anything', '*'],
  ['192.0.2.7', '192.0.2.0/24'],
  ['192.0.2.7', '192.0.2.7:443'],
  ['2001:db8::1', '[2001:db8::1]:443'],
  ['2001:db8::1', '2001:db8::/32'],
  ['localhost', ''],
  ['127.0.0.53', ''],
]

const caught: readonly (readonly [host: string, exception: string])[] = [
  ['example', '.example'],
  ['notexample', 'example'],
  ['node1', '192.0.2.0/24'],
  ['192.0.2.7', '192.0.3.0/24'],
  ['192.0.2.7', '192.0.2'],
  ['192.0.2.7', '.2.7'],
  ['api.example', ''],
]

describe('exceptions of a proxy, as programs of Go read them', () => {
  test.each(covered)('%s is reached directly with %s', (host, exception) => {
    expect(isDirect(host, [exception])).toBe(true)
  })

  test.each(caught)('%s goes through the proxy with %s', (host, exception) => {
    expect(isDirect(host, [exception])).toBe(false)
  })
})
