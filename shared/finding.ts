import * as z from 'zod/mini'

/** Severities, worst first. */
export const severities = ['error', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Subject of a finding. `node` is where a pod runs; a service touches the nodes of its endpoints. */
const subjectSchema = z.object({
  kind: z.enum(['Cluster', 'Node', 'Pod', 'Service']),
  name: z.string(),
  namespace: z.optional(z.string()),
  /** Nodes that this subject touches, for grouping. A cluster touches all and lists none. */
  nodes: z.optional(z.array(z.string())),
})

const evidenceSchema = z.object({
  /** The place, such as `node2:/opt/cni/bin`, `node1: iptables-save line 12` or `Pod kube-system/x`. */
  at: z.string(),
  observed: z.string(),
  expected: z.optional(z.string()),
})

const remedySchema = z.object({
  title: z.string(),
  commands: z.array(z.object({ on: z.enum(['node', 'workstation']), run: z.string() })),
  risk: z.enum(['none', 'low', 'disruptive']),
  rollback: z.optional(z.string()),
})

export const findingSchema = z.object({
  /** Stable between runs: `CNI003/node/node2`. */
  id: z.string(),
  /** Three capital letters of the area and a number; never reused once released. */
  code: z.string(),
  severity: z.enum(severities),
  confidence: z.enum(['certain', 'likely']),
  subject: subjectSchema,
  message: z.string(),
  evidence: z.array(evidenceSchema),
  danger: z.string(),
  remedies: z.array(remedySchema),
  /** The command that checks whether it is gone. */
  verify: z.string(),
  /** Ids of findings that this one causes. */
  explains: z.array(z.string()),
})

export type Subject = z.infer<typeof subjectSchema>
export type Evidence = z.infer<typeof evidenceSchema>
export type Remedy = z.infer<typeof remedySchema>
export type Finding = z.infer<typeof findingSchema>
