import { isOk, type Reading } from '../../shared/reading.ts'
import type { ApiNode, NodeCondition } from '../cluster/nodes.ts'

/** The Node of that name; undefined when it does not exist or nodes were not read. */
export const apiNode = (nodes: Reading<readonly ApiNode[]>, name: string): ApiNode | undefined =>
  isOk(nodes) ? nodes.value.find(node => node.name === name) : undefined

/** A node's condition of a type. */
export const conditionOf = (node: ApiNode, type: string): NodeCondition | undefined =>
  node.conditions.find(condition => condition.type === type)

/** Whether the kubelet has stopped reporting; the API's state of its pods is then outdated. */
export const isSilent = (node: ApiNode | undefined): boolean =>
  node !== undefined && conditionOf(node, 'Ready')?.status === 'Unknown'
