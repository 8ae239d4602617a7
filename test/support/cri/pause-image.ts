import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'

/** Nothing but a program that sleeps, as an archive that a runtime imports. Source: OCI image specification 1.0. */
export async function makePauseImage(folder: string, name: string): Promise<string> {
  await mkdir(`${folder}/layer/bin`, { recursive: true })
  await mkdir(`${folder}/image/blobs/sha256`, { recursive: true })
  await cp('/bin/busybox', `${folder}/layer/bin/busybox`)
  execFileSync('tar', ['-C', `${folder}/layer`, '-cf', `${folder}/layer.tar`, '.'])
  const store = blobStore(`${folder}/image/blobs/sha256`)
  const layer = await store('application/vnd.oci.image.layer.v1.tar', await readFile(`${folder}/layer.tar`))
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const config = await store('application/vnd.oci.image.config.v1+json', {
    architecture,
    os: 'linux',
    config: { Entrypoint: ['/bin/busybox', 'sleep', '3600'] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  })
  const manifest = await store(manifestType, {
    schemaVersion: 2,
    mediaType: manifestType,
    config,
    layers: [layer],
  })
  const annotations = { 'io.containerd.image.name': name }
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations, platform: { architecture, os: 'linux' } }] }
  await writeFile(`${folder}/image/index.json`, JSON.stringify(index))
  await writeFile(`${folder}/image/oci-layout`, JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  execFileSync('tar', ['-C', `${folder}/image`, '-cf', `${folder}/image.tar`, '.'])
  return `${folder}/image.tar`
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'

const blobStore = (folder: string) => async (mediaType: string, content: Uint8Array | object) => {
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
  const hash = createHash('sha256').update(bytes).digest('hex')
  await writeFile(`${folder}/${hash}`, bytes)
  return { mediaType, digest: `sha256:${hash}`, size: bytes.length }
}
