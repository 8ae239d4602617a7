import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found, notRun, passed } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { configFile, kubeconfigFile, type MountedFile } from '../../model/kube-proxy-files.ts'
import { type ProxyLog, proxyLogs } from '../../model/kube-proxy-logs.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'PRX002',
  severity: 'error',
  title: 'kube-proxy is told of a file that is not there',
  explains: ['PRX001', 'POD005'],
  cluster: ['pods', 'configMaps'],
  wantsCluster: ['componentLogs'],
  decisive: ['componentLogs'],
  run: ({ cluster: { pods, configMaps }, maybeCluster: { componentLogs }, takenAt }) => {
    const maps = { status: 'ok', value: configMaps } as const
    const judged = proxyLogs({ pods, componentLogs }, takenAt).map(log => {
      const config = configFile(log.pod, maps)
      return { log, files: [config, kubeconfigFile(log.pod, config, maps)].filter(file => file !== null) }
    })
    if (judged.length > 0 && judged.every(({ files }) => files.length === 0))
      return notRun('the files of kube-proxy come from no ConfigMap that could be read')
    const wrong = judged.flatMap(({ log, files }) => {
      const file = files.find(({ text }) => text === null)
      return file ? [{ log, file }] : []
    })
    return wrong.length > 0 ? found(...byFile(wrong)) : passed
  },
})

interface Wrong {
  readonly log: ProxyLog
  readonly file: MountedFile
}

/** One finding per file, however many pods use it. */
function byFile(all: readonly Wrong[]): readonly Draft[] {
  const paths = [...new Set(all.map(({ file }) => `${file.configMap} ${file.path}`))]
  return paths.flatMap(key => {
    const same = all.filter(({ file }) => `${file.configMap} ${file.path}` === key)
    const [first] = same
    return first
      ? [
          draft(
            first.file,
            same.map(({ log }) => log),
          ),
        ]
      : []
  })
}

function draft({ path, configMap, files, instead }: MountedFile, logs: readonly ProxyLog[]): Draft {
  const down = logs.filter(({ isUnwell }) => isUnwell)
  const lines = down.flatMap(log => log.lines.findLast(({ text }) => text.includes(path)) ?? [])
  const [namespace = '', name = ''] = configMap.split('/')
  const [folder, file] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)]
  const set = logs[0]?.pod.owner?.name ?? 'kube-proxy'
  return {
    key: file,
    severity: down.length > 0 ? 'error' : 'warning',
    message: `kube-proxy is told to read ${path}, but ConfigMap ${configMap} has ${files.length > 0 ? `only ${files.join(', ')}` : 'nothing'}`,
    evidence: [
      { at: `DaemonSet ${namespace}/${set}`, observed: path, expected: `a file of ConfigMap ${configMap}` },
      { at: `ConfigMap ${configMap}`, observed: files.join(', ') || 'no key', expected: file },
      ...down
        .slice(0, 1)
        .map(({ pod }) => ({ at: `Pod ${podKey(pod)}`, observed: describePod(pod), expected: 'Running' })),
      ...lines.slice(0, 1).map(({ source, text }) => ({ at: source, observed: text.slice(0, 400) })),
    ],
    danger:
      down.length > 0
        ? `kube-proxy does not run on ${down.length} of ${logs.length} nodes: services made or changed since do not work there`
        : 'kube-proxy does not come back after its next start',
    remedies: [
      {
        title: 'name the file that is there',
        commands: [
          onWorkstation(`kubectl -n ${quote(namespace)} get configmap ${quote(name)} -o yaml`),
          onWorkstation(
            `kubectl -n ${quote(namespace)} get daemonset ${quote(set)} -o yaml | sed ${quote(`s#${path}#${folder}/${instead ?? files[0] ?? '<key>'}#`)} | kubectl apply -f -`,
          ),
          onWorkstation(`kubectl -n ${quote(namespace)} rollout status daemonset ${quote(set)}`),
        ],
        risk: 'low',
        rollback: `kubectl -n ${quote(namespace)} rollout undo daemonset ${quote(set)}`,
      },
    ],
  }
}

const describePod = ({ containers }: Pod): string =>
  containers
    .map(({ name, state, reason, restarts }) => `${name} ${reason || state}, ${restarts} restarts`)
    .join('; ') || 'not Ready'
