import { alpine } from './alpine.ts'
import { crio } from './cri-o.ts'
import { debianBookworm, debianTrixie } from './debian.ts'
import { k3s } from './k3s.ts'
import type { Layout } from './layout.ts'
import { openshift } from './openshift.ts'

/** Every host that is recorded under `test/bundles`. */
export const layouts: readonly Layout[] = [debianBookworm, debianTrixie, alpine, k3s, crio, openshift]
