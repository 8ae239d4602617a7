import check from '../../../plugin/checks/fwl/fwl005-host-firewall-runs.ts'
import type { FirewallServices } from '../../../shared/node/firewall-services.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const none = unavailable('missing', '')
const given = (change: Partial<FirewallServices>) =>
  snapshot({ nodes: { node1: { firewallServices: { firewalld: none, ufw: none, ...change } } } })
const firewalld = (running: boolean) => ok({ running, backend: 'nftables', defaultZone: 'public' })
const ufw = (enabled: boolean) => ok({ enabled, forwardPolicy: 'DROP' })

checkCases(check, {
  fires: [
    { name: 'on firewalld', given: given({ firewalld: firewalld(true) }), subject: 'node1', at: 'firewalld.conf' },
    { name: 'on ufw', given: given({ ufw: ufw(true) }), subject: 'node1', at: 'ufw.conf' },
  ],
  silent: [
    { name: 'where neither is installed', given: given({}), answer: 'passed' },
    { name: 'where they are off', given: given({ firewalld: firewalld(false), ufw: ufw(false) }), answer: 'passed' },
    { name: 'where one was not read', given: given({ ufw: unavailable('denied', 'no right') }), answer: 'not-run' },
  ],
})
