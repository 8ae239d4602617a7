import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { noSettings, overrideSettings, parseKubeletConfig } from '../../../shared/formats/kubelet-config.ts'
import { readTopLevel } from '../../../shared/formats/top-level-yaml.ts'
import { given, reasonOf } from '../../support/collect.ts'

const kind = 'kind: KubeletConfiguration\n'

describe('a KubeletConfiguration', () => {
  test('as kubeadm writes it', () => {
    const text = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
clusterDNS:
- 10.96.0.10
- fd00::a
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
hairpinMode: ""
${kind}maxPods: 250 # more than usual
resolvConf: "/run/systemd/resolve/resolv.conf"
syncFrequency: 0s
`
    expect(given(parseKubeletConfig(text))).toEqual({
      clusterDNS: ['10.96.0.10', 'fd00::a'],
      clusterDomain: 'cluster.local',
      resolvConf: '/run/systemd/resolve/resolv.conf',
      maxPods: 250,
      hairpinMode: '',
      containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    })
  })

  test('with lists in brackets, and as JSON', () => {
    const expected = { ...noSettings, clusterDNS: ['10.96.0.10'], maxPods: 110 }
    expect(given(parseKubeletConfig(`${kind}clusterDNS: [10.96.0.10]\nmaxPods: 110\n`))).toEqual(expected)
    const json = { kind: 'KubeletConfiguration', clusterDNS: ['10.96.0.10'], maxPods: 110, registerNode: true }
    expect(given(parseKubeletConfig(JSON.stringify(json)))).toEqual(expected)
  })

  test('keys that speak of DNS and that no kubelet knows are named', () => {
    const stray = (text: string) => given(parseKubeletConfig(text)).strayKeys
    expect(stray(`${kind}clusterDns: [10.96.0.10]\nresolveConf: /x\nfeatureGates:\n  dns: true\n`)).toEqual([
      'clusterDns',
      'resolveConf',
    ])
    expect(stray('{"kind":"KubeletConfiguration","clusterDomian":"x","clusterDNS":[]}')).toEqual(['clusterDomian'])
    expect(stray(`${kind}clusterDNS: [10.96.0.10]\nclusterDomain: x\nresolvConf: /x\ncpuManagerPolicy: none\n`)).toBe(
      undefined,
    )
  })

  test('keys of the same name further inside do not count', () => {
    expect(given(parseKubeletConfig(`${kind}logging:\n  clusterDomain: wrong\n`))).toEqual(noSettings)
  })

  test.each([
    ['another kind', 'kind: Config\nclusters: []\n', 'malformed'],
    ['no mapping', '- a\n- b\n', 'unsupported'],
    ['an anchor', `${kind}clusterDomain: &a cluster.local\n`, 'unsupported'],
    ['a block scalar', `${kind}clusterDomain: |\n  cluster.local\n`, 'unsupported'],
    ['a list over several lines', `${kind}clusterDNS: [10.96.0.10,\n  10.96.0.11]\n`, 'unsupported'],
    ['a value over several lines', `${kind}clusterDomain: cluster\n  local\n`, 'unsupported'],
    ['one text for a list', `${kind}clusterDNS: 10.96.0.10\n`, 'malformed'],
    ['a number that is none', `${kind}maxPods: many\n`, 'malformed'],
    ['half a JSON text', '{"kind": "KubeletConfiguration"', 'malformed'],
    ['nothing', '', 'malformed'],
  ])('%s is not guessed at', (_, text, reason) => {
    expect(reasonOf(parseKubeletConfig(text))).toBe(reason)
  })
})

test('flags override the file', () => {
  const file = { ...noSettings, clusterDNS: ['10.96.0.10'], maxPods: 110, clusterDomain: 'cluster.local' }
  const flags = ['kubelet', '--cluster-dns=10.43.0.10,fd00::a', '--max-pods', '250', '--resolv-conf=']
  expect(overrideSettings(file, flags)).toEqual({
    ...file,
    clusterDNS: ['10.43.0.10', 'fd00::a'],
    maxPods: 250,
    resolvConf: '',
  })
})

describe('top level of a YAML mapping', () => {
  const scalar = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom(
      'a: b',
      '#',
      ' # x',
      "it's",
      '"',
      '- a',
      '[',
      '{}',
      '~',
      'null',
      '&a',
      '|',
      '',
      'x:',
      '/run/a.sock',
      '1.2',
    ),
  )
  const mapping = fc.record({ first: scalar, list: fc.array(scalar, { maxLength: 3 }), last: scalar })

  test('what it reads of a written text is what was written; the rest it does not claim to know', () => {
    const style = fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const)
    let understood = 0
    fc.assert(
      fc.property(mapping, style, (value, defaultStringType) => {
        const reading = readTopLevel(stringify(value, { defaultStringType, lineWidth: 0 }), ['first', 'list', 'last'])
        if (reading.status !== 'ok') return
        understood++
        expect(Object.fromEntries(reading.value)).toEqual(value)
      }),
      { numRuns: 500 },
    )
    expect(understood).toBeGreaterThan(100)
  })

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}"\'#&*|> \n\\,') }), text => {
        expect(['ok', 'unsupported']).toContain(reasonOf(readTopLevel(text, ['a', 'b'])))
      }),
    )
  })
})
