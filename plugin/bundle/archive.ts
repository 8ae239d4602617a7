import { makeBlockStore, type Place } from './block-store.ts'
import { refuse } from './refusal.ts'
import type { BundleSource } from './source.ts'
import { readTar } from './tar.ts'
import { makeTree } from './tree.ts'

const cutNote = 'the archive is cut, its end is missing: what it does not hold counts as not recorded'

/**
 * A packed bundle including its top folder, if any, kept in memory: compressed, with an index of its paths. Of a
 * truncated archive, the complete files are used. Throws NetcheckError `BUNDLE`.
 */
export async function archiveSource(
  packed: AsyncIterable<Uint8Array>,
): Promise<BundleSource & { readonly isCut: boolean }> {
  const store = makeBlockStore()
  const tree = makeTree<Place>()
  let isCut = false
  const onCut = () => {
    isCut = true
  }
  for await (const { path, bytes } of readTar(packed, { onCut })) tree.add(path, await store.put(bytes))
  await store.close()
  if (isCut && tree.list('')?.length === 0)
    throw refuse('it is not a tar archive, or it was cut before the end of its first file')
  return {
    read: async path => {
      const place = tree.find(path)
      return place && store.get(place)
    },
    list: async path => tree.list(path),
    notes: isCut ? [cutNote] : [],
    isCut,
  }
}
