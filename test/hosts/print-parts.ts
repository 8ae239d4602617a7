import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { replaySnapshot } from '../../plugin/bundle/replay.ts'
import { openBundle } from '../../plugin/bundle/source.ts'
import { hostsOf, type ReadHost, renderParts } from './parts-table.ts'

// Prints which parts were read on which host, of the bundles named or of all in test/bundles.

const bundles = fileURLToPath(new URL('../bundles', import.meta.url))
const given = process.argv.slice(2)
const isBundle = (path: string): boolean => existsSync(`${path}/bundle.json`)
const paths =
  given.length > 0
    ? given
    : (await readdir(bundles))
        .sort()
        .map(name => `${bundles}/${name}`)
        .filter(isBundle)
const hosts: ReadHost[] = []
for (const path of paths) {
  const { nodes } = await replaySnapshot(await openBundle(path))
  hosts.push(...hostsOf(basename(path).replace(/\.tar\.gz$/, ''), nodes))
}
process.stdout.write(renderParts(hosts))
