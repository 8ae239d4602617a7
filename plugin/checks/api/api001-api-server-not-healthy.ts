import { clusterCheck, found, passed } from '../../engine/check.ts'
import { onWorkstation } from '../../model/command.ts'

export default clusterCheck({
  code: 'API001',
  severity: 'error',
  title: 'API server not healthy',
  explains: ['NOD003', 'PRX011', 'NOD004'],
  cluster: ['apiReadiness'],
  run: ({ cluster: { apiReadiness } }) => {
    if (apiReadiness.ready) return passed
    const failed = apiReadiness.failed.join(', ') || 'no check by name'
    return found({
      message: `the API server is not ready: ${failed}`,
      evidence: [{ at: 'GET /readyz?verbose', observed: `failed: ${failed}`, expected: 'ok' }],
      danger: 'what the API tells may be old, and changes may not be kept; components that watch it fall behind',
      remedies: [
        {
          title: 'read what fails, and the API server’s own log; for etcd look at its disk and its members',
          commands: [
            onWorkstation("kubectl get --raw='/readyz?verbose'"),
            onWorkstation('kubectl logs -n kube-system -l component=kube-apiserver --tail 50'),
          ],
          risk: 'none',
        },
      ],
      verify: "kubectl get --raw='/readyz'",
    })
  },
})
