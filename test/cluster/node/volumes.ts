import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fieldOf, isRecord, type KubeObject } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import type { Store } from '../api/store.ts'
import type { Mount } from './machine.ts'
import type { ContainerSpec, PodSpec, VolumeSpec } from './pod-spec.ts'

/** Why a volume is not there yet, in the kubelet's words. */
export class VolumeMissing extends Error {}

interface Context {
  readonly store: Store
  readonly namespace: string
  /** The node's file system. */
  readonly root: string
  /** A folder of this pod. */
  readonly folder: string
}

/** Writes what a container mounts below the pod's folder and says where everything is. Rejects with VolumeMissing. */
export function mountVolumes(context: Context, spec: PodSpec, container: ContainerSpec): Promise<Mount[]> {
  const mounts = container.volumeMounts ?? []
  return Promise.all(
    mounts.map(async ({ name, mountPath, readOnly = false }) => {
      const volume = spec.volumes?.find(each => each.name === name)
      if (!volume) throw new VolumeMissing(`volume "${name}" is not in the pod`)
      return { source: await sourceOf(context, volume), target: mountPath, readOnly }
    }),
  )
}

async function sourceOf({ store, namespace, root, folder }: Context, volume: VolumeSpec): Promise<string> {
  if (volume.hostPath) return join(root, volume.hostPath.path).replace(/(?<=.)\/$/, '')
  const below = join(folder, volume.name)
  if (volume.configMap) {
    const object = find(store, { plural: 'configmaps', kind: 'configmap', namespace, name: volume.configMap.name })
    const binary = decoded(fieldOf(object, 'binaryData'))
    await writeFiles(below, { ...plain(fieldOf(object, 'data')), ...binary }, 0o644)
  } else if (volume.secret) {
    const object = find(store, { plural: 'secrets', kind: 'secret', namespace, name: volume.secret.secretName })
    await writeFiles(below, decoded(fieldOf(object, 'data')), volume.secret.defaultMode ?? 0o644)
  } else await mkdir(below, { recursive: true })
  return below
}

interface Wanted {
  readonly plural: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

function find(store: Store, { plural, kind, namespace, name }: Wanted): KubeObject {
  const object = store.find(typeNamed(plural), { namespace, name })
  if (!object) throw new VolumeMissing(`MountVolume.SetUp failed for volume : ${kind} "${name}" not found`)
  return object
}

async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>, mode: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes)
    await chmod(join(folder, name), mode)
  }
}

const plain = (data: unknown) => mapTexts(data, text => Buffer.from(text))
const decoded = (data: unknown) => mapTexts(data, text => Buffer.from(text, 'base64'))

const mapTexts = (data: unknown, change: (text: string) => Buffer): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(isRecord(data) ? data : {}).map(([key, value]) => [key, change(String(value))]))
