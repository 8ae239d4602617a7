import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterNode } from '../node/node.ts'

/** Writes kernel settings by path below /proc/sys. Returns a function that restores the previous ones. */
export async function setSettings(
  { machine }: ClusterNode,
  settings: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const write = async (values: Readonly<Record<string, string>>) => {
    for (const [key, value] of Object.entries(values)) {
      if (machine.isReal) await machine.run(`echo ${value} > /proc/sys/${key}`)
      else await writeFile(join(machine.root, 'proc/sys', key), `${value}\n`)
    }
  }
  const before = Object.fromEntries(
    await Promise.all(
      Object.keys(settings).map(async key => [
        key,
        machine.isReal
          ? (await machine.run(`cat /proc/sys/${key}`)).trim()
          : (await readFile(join(machine.root, 'proc/sys', key), 'utf8')).trim(),
      ]),
    ),
  )
  await write(settings)
  return () => write(before)
}
