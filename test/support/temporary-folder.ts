import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'netcheck-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A folder with files by their absolute path, as a small root of a host. */
export async function hostRoot(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const root = await temporaryFolder()
  for (const [path, content] of Object.entries({ '/etc/hostname': 'n1\n', ...files })) {
    await mkdir(dirname(root + path), { recursive: true })
    await writeFile(root + path, content)
  }
  return root
}
