import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBridgeFdb } from '../../../shared/formats/bridge-fdb.ts'
import { parseEthtoolFeatures } from '../../../shared/formats/ethtool.ts'
import { parseIpNeigh } from '../../../shared/formats/ip-neigh.ts'
import { parseIpRule, parseIpRuleText } from '../../../shared/formats/ip-rule.ts'
import { parseIpTunnels } from '../../../shared/formats/ip-tunnel.ts'
import { given, reasonOf } from '../../support/collect.ts'

const plain = {
  family: 4,
  inverted: false,
  from: null,
  to: null,
  mark: null,
  incoming: null,
  outgoing: null,
  action: 'lookup',
}

describe('policy rules', () => {
  test('of JSON: prefixes, marks, devices and other actions', () => {
    const text = JSON.stringify([
      { priority: 0, src: 'all', table: 'local' },
      { priority: 512, src: 'all', dst: '10.0.1.5', table: 'main' },
      {
        priority: 1536,
        not: null,
        src: '10.0.0.0',
        srclen: 16,
        fwmark: '0x80',
        fwmask: '0xff',
        iif: 'eni1',
        table: '2',
      },
      { priority: 1537, src: 'all', action: 'unreachable' },
      { priority: 1538, src: 'all', goto: 1600 },
    ])
    expect(given(parseIpRule(text, 4))).toEqual([
      { ...plain, priority: 0, table: 'local' },
      { ...plain, priority: 512, to: '10.0.1.5/32', table: 'main' },
      {
        ...plain,
        priority: 1536,
        inverted: true,
        from: '10.0.0.0/16',
        mark: '0x80/0xff',
        incoming: 'eni1',
        table: '2',
      },
      { ...plain, priority: 1537, table: null, action: 'unreachable' },
      { ...plain, priority: 1538, table: null, action: 'goto' },
    ])
    expect(given(parseIpRule('[{"priority":1,"src":"fd00::1","table":"main"}]', 6))[0]).toMatchObject({
      family: 6,
      from: 'fd00::1/128',
    })
  })

  test('of text say the same', () => {
    const text =
      '0:\tfrom all lookup local\n512:\tfrom all to 10.0.1.5 lookup main \n1536:\tnot from 10.0.0.0/16 fwmark 0x80/0xff iif eni1 lookup 2\n1537:\tfrom all unreachable\n'
    expect(given(parseIpRuleText(text))).toEqual([
      { ...plain, priority: 0, table: 'local' },
      { ...plain, priority: 512, to: '10.0.1.5/32', table: 'main' },
      {
        ...plain,
        priority: 1536,
        inverted: true,
        from: '10.0.0.0/16',
        mark: '0x80/0xff',
        incoming: 'eni1',
        table: '2',
      },
      { ...plain, priority: 1537, table: null, action: 'unreachable' },
    ])
    expect(reasonOf(parseIpRuleText('BusyBox v1.36 multi-call binary.'))).toBe('malformed')
  })
})

test('neighbours with their states, also those without an address of the link layer', () => {
  const text = JSON.stringify([
    { dst: '10.244.0.78', dev: 'cni0', lladdr: 'e2:00:c0:d1:6a:fd', state: ['STALE'] },
    { dst: 'fe80::1', dev: 'eth0', router: null, state: ['FAILED'] },
    { dst: '10.0.0.9' },
  ])
  expect(given(parseIpNeigh(text))).toEqual([
    { address: '10.244.0.78', device: 'cni0', mac: 'e2:00:c0:d1:6a:fd', state: 'stale' },
    { address: 'fe80::1', device: 'eth0', mac: null, state: 'failed' },
    { address: '10.0.0.9', device: '', mac: null, state: 'none' },
  ])
})

test('forwarding entries of bridges and tunnels', () => {
  const text = JSON.stringify([
    { mac: 'b2:00:00:00:00:01', ifname: 'flannel.1', dst: '192.168.0.12', flags: ['self'], state: 'permanent' },
    { mac: 'ce:00:00:00:00:01', ifname: 'veth1', vlan: 1, flags: [], master: 'cni0', state: '' },
  ])
  expect(given(parseBridgeFdb(text))).toEqual([
    {
      mac: 'b2:00:00:00:00:01',
      device: 'flannel.1',
      bridge: null,
      remote: '192.168.0.12',
      overlayId: null,
      vlan: null,
      state: 'permanent',
    },
    { mac: 'ce:00:00:00:00:01', device: 'veth1', bridge: 'cni0', remote: null, overlayId: null, vlan: 1, state: '' },
  ])
})

test('overlay devices, and nothing else; "any" is no address', () => {
  const text = JSON.stringify([
    {
      ifname: 'flannel.1',
      mtu: 1450,
      operstate: 'UNKNOWN',
      address: 'b2:00:00:00:00:01',
      linkinfo: {
        info_kind: 'vxlan',
        info_data: { id: 1, local: '192.168.0.11', link: 'eth0', port: 8472, learning: false },
      },
    },
    { ifname: 'tunl0', link: null, linkinfo: { info_kind: 'ipip', info_data: { remote: 'any', local: 'any' } } },
    { ifname: 'odd', linkinfo: { info_kind: 'geneve', info_data: { id: 'one' } } },
    { ifname: 'cni0', linkinfo: { info_kind: 'bridge', info_data: {} } },
    {},
  ])
  const bare = {
    mtu: null,
    state: null,
    mac: null,
    underlay: null,
    id: null,
    port: null,
    local: null,
    remote: null,
    learning: null,
  }
  expect(given(parseIpTunnels(text))).toEqual([
    {
      ...bare,
      name: 'flannel.1',
      kind: 'vxlan',
      mtu: 1450,
      state: 'unknown',
      mac: 'b2:00:00:00:00:01',
      underlay: 'eth0',
      id: 1,
      port: 8472,
      local: '192.168.0.11',
      learning: false,
    },
    { ...bare, name: 'tunl0', kind: 'ipip' },
    { ...bare, name: 'odd', kind: 'geneve' },
  ])
})

test('features are on or off, and some of them for ever', () => {
  const text =
    'Features for eth0:\nrx-checksumming: on\n\ttx-checksum-ipv4: off [fixed]\n\ttx-udp_tnl-segmentation: off [requested on]\n'
  expect(given(parseEthtoolFeatures(text))).toEqual({
    'rx-checksumming': { on: true, fixed: false },
    'tx-checksum-ipv4': { on: false, fixed: true },
    'tx-udp_tnl-segmentation': { on: false, fixed: false },
  })
  expect(reasonOf(parseEthtoolFeatures('Features for eth0:\n'))).toBe('malformed')
})

test('whatever a command prints is a value or malformed', () => {
  const key = fc.constantFrom('priority', 'src', 'dst', 'dev', 'mac', 'ifname', 'state', 'linkinfo', 'info_kind', 'mtu')
  const json = fc.array(fc.dictionary(key, fc.jsonValue())).map(value => JSON.stringify(value))
  fc.assert(
    fc.property(fc.oneof(json, fc.string(), fc.string({ unit: 'binary' })), text => {
      const readings = [
        parseIpRule(text, 4),
        parseIpRuleText(text),
        parseIpNeigh(text),
        parseBridgeFdb(text),
        parseIpTunnels(text),
        parseEthtoolFeatures(text),
      ]
      for (const reading of readings) expect(['ok', 'malformed']).toContain(reasonOf(reading))
    }),
  )
})
