import check from '../../../plugin/checks/prx/prx008-health-port-taken.ts'
import { ok } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxySnapshot } from '../../support/kube-proxy.ts'

const says = 'Failed to start healthz on 0.0.0.0:10256: listen tcp 0.0.0.0:10256: bind: address already in use'
const held = (name: string) => ({
  sockets: {
    listeners: [
      {
        protocol: 'tcp' as const,
        family: 4 as const,
        address: '0.0.0.0',
        port: 10_256,
        uid: 0,
        owner: ok({ pid: 7, name }),
      },
    ],
    complete: true,
  },
})

checkCases(check, {
  fires: [
    { name: 'while it says so', given: kubeProxySnapshot({ says }), subject: 'node1', at: 'log of kube-proxy' },
    {
      name: 'where another program listens',
      given: kubeProxySnapshot({ parts: held('detector') }),
      subject: 'node1',
      at: 'sockets',
    },
  ],
  silent: [
    { name: 'where sockets were not read', given: kubeProxySnapshot({}), answer: 'not-run' },
    {
      name: 'when it said so at its start',
      given: kubeProxySnapshot({ said: says, parts: held('kube-proxy') }),
      answer: 'passed',
    },
    {
      name: 'where kube-proxy answers out of a program of another name',
      given: kubeProxySnapshot({
        parts: {
          ...held('rke2'),
          kubeProxy: {
            healthz: ok({ status: 200, body: '{"lastUpdated":"2026-01-01T12:00:00Z"}' }),
            mode: ok('iptables'),
          },
        },
      }),
      answer: 'passed',
    },
    {
      name: 'where it said so before it was restarted, and answers now',
      given: kubeProxySnapshot({
        says,
        parts: {
          ...held('kube-proxy'),
          kubeProxy: {
            healthz: ok({ status: 200, body: '{"lastUpdated":"2026-01-01T12:00:00Z"}' }),
            mode: ok('iptables'),
          },
        },
      }),
      answer: 'passed',
    },
    {
      name: 'where kube-proxy itself listens',
      given: kubeProxySnapshot({ parts: held('kube-proxy') }),
      answer: 'passed',
    },
  ],
})
