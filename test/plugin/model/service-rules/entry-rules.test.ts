import { expect, test } from 'vitest'
import { lostEntries } from '../../../../plugin/model/service-rules/entry-rules.ts'
import { ok, unavailable } from '../../../../shared/reading.ts'
import { savedRules } from '../../../support/service-rules-snapshot.ts'

const lost = (...rules: string[]) => {
  const text = `*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n:KUBE-POSTROUTING - [0:0]\n:MINE - [0:0]\n:KUBE-NODEPORTS - [0:0]\n${rules.join('\n')}\nCOMMIT\n`
  return lostEntries(ok(savedRules(text))).map(({ hook }) => hook)
}
const service = '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -j KUBE-SVC-X'
const output = '-A OUTPUT -j KUBE-SERVICES'
const postrouting = '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING'

test('a chain of the kernel that does not lead to the rules of services is told', () => {
  expect(lost(service, output, postrouting)).toEqual(['PREROUTING'])
  expect(lost(service, '-A PREROUTING -j KUBE-SERVICES', output)).toEqual(['POSTROUTING'])
})

test('a way by another chain is one', () => {
  expect(lost(service, '-A PREROUTING -i cni0 -j MINE', '-A MINE -j KUBE-SERVICES', output, postrouting)).toEqual([])
})

test('node ports that no address leads to are told, where there are some', () => {
  const whole = [service, '-A PREROUTING -j KUBE-SERVICES', output, postrouting]
  const port = '-A KUBE-NODEPORTS -p tcp -m tcp --dport 30081 -j KUBE-EXT-X'
  expect(lost(...whole, port)).toEqual(['KUBE-SERVICES'])
  expect(lost(...whole, port, '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS')).toEqual([])
})

test('without rules of services nothing is missing', () => {
  expect(lost()).toEqual([])
  expect(lostEntries(unavailable('missing', 'no such program'))).toEqual([])
})
