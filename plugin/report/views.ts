import type { View } from './view.ts'
import { cniView, proxyView } from './views/nodes.ts'
import { podsView } from './views/pods.ts'

/** Every view by the name that `check` takes. */
export const views = {
  cni: cniView,
  proxy: proxyView,
  pods: podsView,
} as const satisfies Record<string, View>
