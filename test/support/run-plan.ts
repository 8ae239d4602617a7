import type { RunPlan } from '../../plugin/agents/plan.ts'

/** A plan in which nothing is random. */
export const samplePlan = (changes: Partial<RunPlan> = {}): RunPlan => ({
  runId: '0123abcd',
  namespace: 'kube-system',
  image: 'node:24-alpine',
  pullSecrets: [],
  nodes: null,
  privileges: 'full',
  ttlSeconds: 120,
  token: 'secret',
  agentGzip: new TextEncoder().encode('agent'),
  bootstrap: 'start()',
  until: '2026-01-02T00:00:00.000Z',
  serverVersion: 'v1.36.2',
  ...changes,
})
