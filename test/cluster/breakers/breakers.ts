import type { Breaker } from './breaker.ts'
import { brokenConflist, noCniConfig } from './cni-config.ts'
import { kubeProxyCrash, nodeNotReady } from './daemons.ts'
import { bridgeNfOff, conntrackFull, hairpinOff, ipForwardOff } from './kernel.ts'
import { weaveLeftBehind } from './left-behind.ts'
import { missingPlugin } from './missing-plugin.ts'
import { rangeExhausted } from './range-exhausted.ts'

/** Everything that can be broken on a node, by name. */
export const breakers = {
  'missing-plugin': missingPlugin,
  'no-cni-config': noCniConfig,
  'broken-conflist': brokenConflist,
  'ip-forward-off': ipForwardOff,
  'bridge-nf-off': bridgeNfOff,
  'hairpin-off': hairpinOff,
  'range-exhausted': rangeExhausted,
  'conntrack-full': conntrackFull,
  'kube-proxy-crash': kubeProxyCrash,
  'node-not-ready': nodeNotReady,
  'weave-left-behind': weaveLeftBehind,
} as const satisfies Record<string, Breaker>

export type BreakerName = keyof typeof breakers
