import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printRule } from '../../../shared/formats/iptables-print.ts'
import { readRule } from '../../../shared/formats/iptables-rule.ts'

const masquerade = { name: 'MASQUERADE', isRandomFully: true }

test.each([
  [
    '! -s 10.0.0.0/8 -d 172.30.0.41/32 -p tcp -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
    {
      source: { not: '10.0.0.0/8' },
      destination: { is: '172.30.0.41/32' },
      protocol: { is: 'tcp' },
      comment: { is: 'ns1/svc1:p80 cluster IP' },
      destinationPort: { is: '80' },
    },
    { name: 'KUBE-MARK-MASQ' },
  ],
  ['-m mark ! --mark 0x4000/0x4000 -j RETURN', { mark: { not: '0x4000/0x4000' } }, { name: 'RETURN' }],
  ['-j MARK --set-xmark 0x4000/0x0', {}, { name: 'MARK', setMark: '0x4000/0x0' }],
  ['-m comment --comment plain -j MASQUERADE --random-fully', { comment: { is: 'plain' } }, masquerade],
  [
    '-m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-X',
    { statistic: { is: 'random' }, probability: { is: '0.33333333349' } },
    { name: 'KUBE-SEP-X' },
  ],
  [
    '-p tcp -m comment --comment "a \\"q\\" b" -m tcp -j DNAT --to-destination 10.180.0.1:80',
    { protocol: { is: 'tcp' }, comment: { is: 'a "q" b' }, others: [{ module: 'tcp', words: [] }] },
    { name: 'DNAT', toDestination: '10.180.0.1:80' },
  ],
  [
    '-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-X --mask 255.255.255.255 --rsource -j KUBE-SEP-X',
    {
      others: [
        {
          module: 'recent',
          words: [
            '--rcheck',
            '--seconds',
            '10800',
            '--reap',
            '--name',
            'KUBE-SEP-X',
            '--mask',
            '255.255.255.255',
            '--rsource',
          ],
        },
      ],
    },
    { name: 'KUBE-SEP-X' },
  ],
  [
    '-m set --match-set KUBE-CLUSTER-IP dst,dst -g KUBE-X',
    { set: { is: 'KUBE-CLUSTER-IP dst,dst' } },
    { name: 'KUBE-X', isGoto: true },
  ],
  [
    '-i eth0 ! -o cni0 -m conntrack --ctstate RELATED,ESTABLISHED -m addrtype --dst-type LOCAL -j REJECT --reject-with tcp-reset',
    {
      input: { is: 'eth0' },
      output: { not: 'cni0' },
      state: { is: 'RELATED,ESTABLISHED' },
      destinationType: { is: 'LOCAL' },
    },
    { name: 'REJECT', rejectWith: 'tcp-reset' },
  ],
])('%s', (text, match, target) => {
  expect(readRule(text)).toEqual({ match, target, counters: null })
  expect(printRule(readRule(text) ?? { match: {}, target: null })).toBe(text)
})

test('a condition that stands twice is kept twice', () => {
  expect(readRule('-m comment --comment a -m comment --comment b')?.match).toEqual({
    comment: { is: 'a' },
    others: [{ module: 'comment', words: ['--comment', 'b'] }],
  })
})

test('a value that looks like an option is a value', () => {
  expect(readRule('-m comment --comment "-j DROP" -j ACCEPT')).toMatchObject({
    match: { comment: { is: '-j DROP' } },
    target: { name: 'ACCEPT' },
  })
})

test('a port belongs to its protocol: of another module it is unknown', () => {
  expect(readRule('-p udp -m tcp --dport 80')?.match).toEqual({
    protocol: { is: 'udp' },
    others: [{ module: 'tcp', words: ['--dport', '80'] }],
  })
})

test('older programs negate after the option and count among them', () => {
  expect(readRule('-s ! 10.0.0.0/8 -c 12 3456 -j DROP')).toEqual({
    match: { source: { not: '10.0.0.0/8' } },
    target: { name: 'DROP' },
    counters: { packets: 12, bytes: 3456 },
  })
})

test('an empty rule only counts; open quotes are no rule', () => {
  expect(readRule('')).toEqual({ match: {}, target: null, counters: null })
  expect(readRule('-m comment --comment "open')).toBeNull()
  expect(readRule('x '.repeat(3000))).toBeNull()
})

const value = fc.oneof(fc.ipV4(), fc.stringMatching(/^[a-zA-Z0-9/:.,]{1,9}$/))
const not = fc.constantFrom('', '! ')
const comment = fc.string().map(text => `-m comment --comment "${text.replace(/["\\]/g, '\\$&')}"`)
const part = fc.oneof(
  fc
    .tuple(not, fc.constantFrom('-s', '-d', '-i', '-o', '-p', '-f'), value)
    .map(words => `${words[0]}${words[1]} ${words[2]}`),
  fc
    .tuple(not, fc.constantFrom('mark --mark', 'conntrack --ctstate', 'tcp --dport', 'limit --limit', 'tcp'), value)
    .map(([no, name, text]) => `-m ${name.replace(' ', ` ${no}`)} ${text}`),
  comment,
)
const target = fc.constantFrom('', ' -j ACCEPT', ' -g CHAIN', ' -j DNAT --to-destination 10.0.0.1:80 --persistent')

test('a rule that was read and printed is the same rule', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), target, (parts, end) => {
      const rule = readRule(parts.join(' ') + end)
      expect(rule && readRule(printRule(rule))).toEqual(rule)
    }),
    { numRuns: 1000 },
  )
})

test('any text is a rule or none, and never an error', () => {
  const words = fc.array(fc.oneof(fc.string(), part, fc.constantFrom('!', '-m', '-j', '-c', '--dport', '"', '\\')))
  fc.assert(
    fc.property(words, list => {
      const rule = readRule(list.join(' '))
      expect(rule === null || typeof rule.match === 'object').toBe(true)
    }),
    { numRuns: 1000 },
  )
})
