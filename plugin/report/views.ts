import type { View } from './view.ts'
import { dnsView } from './views/dns.ts'
import { cniView, proxyView } from './views/nodes.ts'
import { podsView } from './views/pods.ts'
import { policiesView } from './views/policies.ts'
import { routesView } from './views/routes.ts'
import { servicesView } from './views/services.ts'

/** Every view by the name that `check` takes. */
export const views = {
  cni: cniView,
  dns: dnsView,
  proxy: proxyView,
  services: servicesView,
  pods: podsView,
  policies: policiesView,
  routes: routesView,
} as const satisfies Record<string, View>
