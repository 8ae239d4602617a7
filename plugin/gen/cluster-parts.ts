// Made by `npm run generate` from the folder listing. Do not edit.
import { apiReadiness } from '../cluster/api-readiness.ts'
import { componentLogs } from '../cluster/component-logs.ts'
import { configMaps } from '../cluster/config-maps.ts'
import { daemonSets } from '../cluster/daemon-sets.ts'
import { deployments } from '../cluster/deployments.ts'
import { endpointSlices } from '../cluster/endpoint-slices.ts'
import { endpoints } from '../cluster/endpoints.ts'
import { events } from '../cluster/events.ts'
import { namespaces } from '../cluster/namespaces.ts'
import { networkPolicies } from '../cluster/network-policies.ts'
import { nodes } from '../cluster/nodes.ts'
import { pods } from '../cluster/pods.ts'
import { services } from '../cluster/services.ts'
import { systemRights } from '../cluster/system-rights.ts'

export const clusterParts = { apiReadiness, componentLogs, configMaps, daemonSets, deployments, endpointSlices, endpoints, events, namespaces, networkPolicies, nodes, pods, services, systemRights } as const
