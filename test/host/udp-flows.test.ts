import { expect, test } from 'vitest'
import { given } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

test.runIf(needs('translated UDP', 'root', 'network namespaces', 'iproute2', 'nftables', 'conntrack'))(
  'the kernel and the tool tell the same of what was translated, and what was not is left out',
  () => {
    const namespace = makeNamespace()
    namespace.run(`ip route add 10.96.0.0/24 dev lo
nft -f - <<'END'
table ip t {
  chain c {
    type nat hook output priority -100
    ip daddr 10.96.0.10 udp dport 53 dnat to 127.0.0.1:5353
  }
}
END
bash -c 'for to in 10.96.0.10/53 10.96.0.10/53 127.0.0.1/54; do echo x > /dev/udp/$to; done'`)
    const file = given(namespace.collect(['udpFlows'], 'files').udpFlows)
    expect(file).toEqual({
      flows: [{ frontend: '10.96.0.10', port: 53, backend: '127.0.0.1', backendPort: 5353, count: 2, unreplied: 2 }],
      cut: false,
    })
    expect(given(namespace.collect(['udpFlows'], 'commands').udpFlows)).toEqual(file)
  },
)
