// Made by `npm run generate` from the folder listing. Do not edit.
import { componentLogs } from '../cluster/component-logs.ts'
import { daemonSets } from '../cluster/daemon-sets.ts'
import { endpointSlices } from '../cluster/endpoint-slices.ts'
import { events } from '../cluster/events.ts'
import { nodes } from '../cluster/nodes.ts'
import { pods } from '../cluster/pods.ts'

export const clusterParts = { componentLogs, daemonSets, endpointSlices, events, nodes, pods } as const
