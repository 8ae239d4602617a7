import { flagValue } from '../../shared/formats/flags.ts'
import { isOk } from '../../shared/reading.ts'
import type { NodeParts } from '../../shared/snapshot.ts'
import type { LeakCauses } from './leak-causes.ts'

/** Describes the causes of leaks, or says that none was found. */
export function describeCauses({ failingDelete, boot, runtimeStart, hasLogs }: LeakCauses): readonly string[] {
  const time = (ms: number) => new Date(ms).toISOString()
  const sentences = [
    ...(failingDelete
      ? [
          `the plugin fails to release: ${failingDelete.count} lines in ${failingDelete.at}, the last: ${failingDelete.line}`,
        ]
      : []),
    ...(boot && boot.before > 0 ? [`${boot.before} were made before the node booted at ${time(boot.at)}`] : []),
    ...(runtimeStart && runtimeStart.before > 0
      ? [`${runtimeStart.before} were made before the runtime started at ${time(runtimeStart.at)}`]
      : []),
  ]
  if (sentences.length > 0) return sentences
  return [
    hasLogs
      ? 'no failing DEL, boot or restart explains them: what the logs still hold is younger than the leak'
      : 'what lost them is not known: no log was read',
  ]
}

/** Kubelet settings that determine how long ended containers keep their addresses. */
const flags = [
  'maximum-dead-containers',
  'maximum-dead-containers-per-container',
  'minimum-container-ttl-duration',
  'runtime-request-timeout',
] as const

/** Kubelet and runtime settings that affect addresses, as `name value`. */
export function settingsOf({ kubelet, runtime }: Pick<NodeParts, 'kubelet' | 'runtime'>): string[] {
  const { args, config } = isOk(kubelet) ? kubelet.value : { args: kubelet, config: kubelet }
  const maxPods = isOk(config) ? (config.value.maxPods ?? 110) : null
  return [
    ...(maxPods === null ? [] : [`maxPods ${maxPods}`]),
    ...(isOk(args) ? flags.flatMap(name => settingOf(args.value, name)) : []),
    ...(isOk(runtime) ? [`${runtime.value.name} ${runtime.value.version}`.trim()] : []),
  ]
}

function settingOf(args: readonly string[], name: string): readonly string[] {
  const value = flagValue(args, name)
  return value === null ? [] : [`--${name} ${value}`]
}
