// Made by `npm run generate` from the folder listing. Do not edit.
import { bridges } from '../node/bridges.ts'
import { cniBinaries } from '../node/cni-binaries.ts'
import { cniConfig } from '../node/cni-config.ts'
import { conntrack } from '../node/conntrack.ts'
import { hostLocal } from '../node/host-local.ts'
import { kernel } from '../node/kernel.ts'
import { kubeProxy } from '../node/kube-proxy.ts'
import { kubelet } from '../node/kubelet.ts'
import { links } from '../node/links.ts'
import { modules } from '../node/modules.ts'
import { processes } from '../node/processes.ts'
import { resolvConf } from '../node/resolv-conf.ts'
import { routes } from '../node/routes.ts'
import { runtime } from '../node/runtime.ts'
import { sandboxes } from '../node/sandboxes.ts'
import { sysctls } from '../node/sysctls.ts'

export const parts = { bridges, cniBinaries, cniConfig, conntrack, hostLocal, kernel, kubeProxy, kubelet, links, modules, processes, resolvConf, routes, runtime, sandboxes, sysctls } as const
