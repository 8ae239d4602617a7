import type { BundleSource } from './source.ts'

/** One folder of a source as a source of its own. */
export const below = (source: BundleSource, folder: string): BundleSource =>
  folder === ''
    ? { read: source.read, list: source.list }
    : {
        read: path => source.read(`${folder}/${path}`),
        list: path => source.list(path === '' ? folder : `${folder}/${path}`),
      }

/** Only completely recorded nodes: `node.json` is written last. */
export const wholeNodes = (source: BundleSource): BundleSource => ({
  ...source,
  list: async path => {
    const names = await source.list(path)
    if (path !== 'nodes' || names === null) return names
    const whole = await Promise.all(names.map(name => source.read(`nodes/${name}/node.json`)))
    return names.filter((_, index) => whole[index] !== null)
  },
})
