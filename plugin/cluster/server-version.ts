import { defineClusterPart } from '../kube/cluster-part.ts'

/** `gitVersion` of the API server that answered, as `v1.36.2` or `v1.29.3-eks-…`. */
export const serverVersion = defineClusterPart<string>({ collect: kube => kube.version() })
