import { isOk } from '../../../shared/reading.ts'
import { describeServices, type ServiceOverview } from '../../model/service-overview.ts'
import { defineView, isInNamespaces } from '../view.ts'

/** Services, their endpoints and problems. */
export const servicesView = defineView<ServiceOverview>({
  areas: ['SVC'],
  parts: [],
  cluster: ['services'],
  takesName: 'Service',
  key: 'services',
  none: 'there are no services',
  rows: (snapshot, report, focus) => {
    const { services } = snapshot.cluster
    if (!isOk(services)) return services.detail
    return describeServices(
      snapshot,
      report,
      service => isInNamespaces(service.namespace, focus) && (focus.name === null || service.name === focus.name),
    )
  },
  columns: [
    ['SERVICE', ({ namespace, name }) => `${namespace}/${name}`],
    ['TYPE', ({ type }) => type],
    ['ADDRESS', ({ address }) => address || '-'],
    ['PORTS', ({ ports }) => ports.join(' ') || '-'],
    ['READY', ({ endpoints }) => (endpoints === null ? '?' : `${endpoints.ready}/${endpoints.total}`)],
    ['FINDINGS', ({ findings, message }) => [...findings, message].filter(Boolean).join(' ') || '-'],
  ],
})
