import type { Service } from '../cluster/services.ts'
import { podKey } from './pods.ts'

/** The service of the cluster's names, which checks of DNS judge: their findings say more. */
export const isClusterDns = (service: Service): boolean =>
  service.labels['k8s-app'] === 'kube-dns' ||
  ['kube-system/kube-dns', 'openshift-dns/dns-default'].includes(podKey(service))

/** The service through which pods reach the API server. */
export const isApiService = (service: Service): boolean => podKey(service) === 'default/kubernetes'

/** A service whose endpoints the cluster leaves to somebody else. */
export const isKeptByHand = (service: Service): boolean =>
  service.selector === null && service.type !== 'ExternalName' && !service.deleting && !isApiService(service)
