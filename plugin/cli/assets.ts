import { readFile } from 'node:fs/promises'
import { NetcheckError } from '../../shared/errors.ts'

/** Reads the bundled agent (gzip) from beside the program. Throws NetcheckError `USAGE` when it was not built. */
export const readAgent = (assets: URL): Promise<Uint8Array> => readBundle('agent.js.gz', assets)

/** The same for the release agent. */
export const readReleaseAgent = (assets: URL): Promise<Uint8Array> => readBundle('release-agent.js.gz', assets)

async function readBundle(name: string, assets: URL): Promise<Uint8Array> {
  try {
    return await readFile(new URL(name, assets))
  } catch (cause) {
    throw new NetcheckError('USAGE', 'the agent is not beside the program', { hint: 'npm run build', cause })
  }
}
