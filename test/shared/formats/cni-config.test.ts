import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { networkConfigSchema, parseNetworkConfig } from '../../../shared/formats/cni-config.ts'

const problemOf = (value: unknown, name = '10-x.conflist') =>
  parseNetworkConfig(JSON.stringify(value), name).problem?.message

const bridge = { type: 'bridge', bridge: 'cni0', ipam: { type: 'host-local', subnet: '10.1.0.0/24' } }
const list = { cniVersion: '1.0.0', name: 'net', plugins: [bridge] }

describe('what a runtime refuses', () => {
  test.each<[string, unknown, string]>([
    ['a list without a name', { plugins: [bridge] }, 'error parsing configuration list: no name'],
    ['a name that is no text', { ...list, name: 7 }, 'error parsing configuration list: invalid name type'],
    [
      'a version that is no text',
      { ...list, cniVersion: 1 },
      'error parsing configuration list: invalid cniVersion type',
    ],
    ['no plugins', { name: 'net' }, "error parsing configuration list: no 'plugins' key"],
    ['an empty list', { name: 'net', plugins: [] }, 'error parsing configuration list: no plugins in list'],
    [
      'plugins that are no list',
      { name: 'net', plugins: {} },
      "error parsing configuration list: invalid 'plugins' type",
    ],
    [
      'no plugins where only those of the file count',
      { name: 'net', loadOnlyInlinedPlugins: 'True' },
      "error parsing configuration list: `loadOnlyInlinedPlugins` is true, and no 'plugins' key",
    ],
    [
      'a plugin without a type',
      { ...list, plugins: [bridge, { x: 1 }] },
      "failed to parse plugin config 1: error parsing configuration: missing 'type'",
    ],
    ['an empty name', { ...list, name: '' }, 'missing network name'],
    ['a name with a space', { ...list, name: 'my net' }, 'invalid characters found in network name'],
    ['a JSON text that is no object', [bridge], 'the file holds no JSON object'],
  ])('%s', (_, value, message) => {
    expect(problemOf(value)).toBe(message)
  })

  test('a list in a file for one plugin', () => {
    expect(problemOf(list, '10-x.conf')).toBe("error parsing configuration: missing 'type'")
    expect(problemOf(list, '10-x.json')).toBe("error parsing configuration: missing 'type'")
  })

  test('a syntax error, with its place', () => {
    const { problem } = parseNetworkConfig('{\n  "name": "net",\n  "plugins": [{"type": "bridge"},]\n}', 'a.conflist')
    expect(problem).toEqual({ message: '"]" stands where a value belongs', line: 3, column: 34 })
  })

  test('an empty file and a byte order mark, each by its name', () => {
    expect(parseNetworkConfig(' \n', 'a.conflist').problem).toMatchObject({ message: 'the file is empty', line: null })
    expect(parseNetworkConfig(`\u{FEFF}${JSON.stringify(list)}`, 'a.conflist').problem).toMatchObject({
      line: 1,
      column: 1,
    })
  })
})

test('a valid list and a valid single plugin have no problem', () => {
  expect(problemOf(list)).toBeUndefined()
  expect(problemOf({ name: 'net', ...bridge }, '10-x.conf')).toBeUndefined()
})

describe('what a plugin says', () => {
  const plugin = (value: object) => parseNetworkConfig(JSON.stringify({ name: 'n', ...value }), 'a.conf').plugins[0]

  test('an old single subnet is range set 0, before the new ones', () => {
    const ipam = {
      type: 'host-local',
      subnet: '10.1.0.0/24',
      rangeStart: '10.1.0.9',
      ranges: [[{ subnet: 'fd00::/64' }]],
    }
    expect(plugin({ type: 'ptp', ipam })?.ipam?.ranges).toEqual([
      [{ subnet: '10.1.0.0/24', rangeStart: '10.1.0.9', rangeEnd: null, gateway: null }],
      [{ subnet: 'fd00::/64', rangeStart: null, rangeEnd: null, gateway: null }],
    ])
  })

  test('settings of a flannel delegate count where the plugin has none', () => {
    const flannel = plugin({ type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } })
    expect(flannel).toMatchObject({ hairpinMode: true, promiscMode: null, delegates: [{ type: null }] })
  })

  test('delegates of multus are single plugins or lists', () => {
    const multus = plugin({
      type: 'multus',
      delegates: [{ type: 'calico' }, { name: 'x', plugins: [bridge, { type: 'portmap' }] }],
    })
    expect(multus?.delegates).toEqual([{ type: 'calico' }, { type: 'bridge' }, { type: 'portmap' }])
  })

  test('only capabilities that are on are named', () => {
    expect(plugin({ type: 'portmap', capabilities: { portMappings: true, bandwidth: false } })?.capabilities).toEqual([
      'portMappings',
    ])
  })

  test('a setting of another shape is unknown, never a guess', () => {
    expect(plugin({ type: 'bridge', mtu: '1500', hairpinMode: 'yes', ipam: [], bridge: 1 })).toMatchObject({
      mtu: null,
      hairpinMode: null,
      ipam: null,
      bridge: null,
    })
  })

  test('a number that is none here is unknown', () => {
    const text = '{"name":"net","plugins":[{"type":"bridge","mtu":1e999}]}'
    expect(parseNetworkConfig(text, '10-x.conflist').plugins).toMatchObject([{ type: 'bridge', mtu: null }])
  })
})

test('whatever the file holds, the answer has the shape of the schema', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map(plugins => JSON.stringify({ name: 'n', plugins: [plugins] })),
  )
  fc.assert(
    fc.property(anything, fc.constantFrom('a.conf', 'a.conflist', 'a.json'), (text, name) => {
      expect(z.safeParse(networkConfigSchema, parseNetworkConfig(text, name)).success).toBe(true)
    }),
  )
})
