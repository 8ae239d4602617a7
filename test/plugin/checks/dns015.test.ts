import check from '../../../plugin/checks/dns/dns015-node-cache-broken.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import type { Sockets } from '../../../shared/node/sockets.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, crashing, daemonPod, daemonSet } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubelet } from '../../support/dns-objects.ts'
import { link, links } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const image = 'registry.k8s.io/dns/k8s-dns-node-cache:1.23'
const cache = daemonSet('node-local-dns', image)
const cachePod = (change: Partial<Pod> = {}) => daemonPod(image, 'node-local-dns', change)
const listener: Sockets['listeners'][number] = {
  protocol: 'udp',
  family: 4,
  address: '169.254.20.10',
  port: 53,
  uid: 0,
  owner: unavailable('denied', 'no right to'),
}
const sockets = (isServed: boolean) => ({ listeners: isServed ? [listener] : [], complete: true })
const device = links(link('nodelocaldns', ['169.254.20.10/32']))

const given = (
  pods: readonly Pod[],
  { isServed, isAsked = true, hasDevice = true }: { isServed: boolean; isAsked?: boolean; hasDevice?: boolean },
) =>
  snapshot({
    cluster: { pods, nodes: [apiNode()], daemonSets: [cache] },
    nodes: {
      node1: {
        kubelet: kubelet(isAsked ? { clusterDNS: ['169.254.20.10'] } : {}),
        links: hasDevice ? device : links(),
        sockets: sockets(isServed),
      },
    },
  })

const wide = { listeners: [{ ...listener, address: '0.0.0.0' }], complete: true }
const besides = (pods: readonly Pod[]) =>
  snapshot({
    cluster: { pods, nodes: [apiNode()], daemonSets: [cache] },
    nodes: { node1: { kubelet: kubelet({ clusterDNS: ['169.254.20.10'] }), links: device, sockets: wide } },
  })

checkCases(check, {
  fires: [
    {
      name: 'on a pod that another server at every address keeps from the port',
      given: besides([cachePod(crashing('node-cache'))]),
      subject: 'node1',
      at: 'sockets',
    },
    {
      name: 'on a device without a pod',
      given: given([], { isServed: false, isAsked: false }),
      subject: 'node1',
      at: 'nodelocaldns',
    },
    {
      name: 'on a pod that crashes while pods ask it',
      given: given([cachePod(crashing('node-cache'))], { isServed: false, hasDevice: false }),
      subject: 'node1',
      at: 'clusterDNS',
    },
    { name: 'on nobody listening', given: given([cachePod()], { isServed: false }), subject: 'node1', at: 'sockets' },
  ],
  silent: [
    { name: 'beside a server at every address', given: besides([cachePod()]), answer: 'passed' },
    { name: 'on a cache that listens', given: given([cachePod()], { isServed: true }), answer: 'passed' },
    {
      name: 'on a node that does not use it',
      given: given([], { isServed: false, isAsked: false, hasDevice: false }),
      answer: 'passed',
    },
    {
      name: 'without a cache',
      given: snapshot({ cluster: { pods: [], nodes: [apiNode()], daemonSets: [] } }),
      answer: 'not-applicable',
    },
  ],
})
