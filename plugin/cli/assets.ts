import { readFile } from 'node:fs/promises'
import { NetcheckError } from '../../shared/errors.ts'

/** Reads the bundled agent, gzip, from beside the program. Throws NetcheckError `USAGE` when there is no build. */
export async function readAgent(assets: URL): Promise<Uint8Array> {
  try {
    return await readFile(new URL('agent.js.gz', assets))
  } catch (cause) {
    throw new NetcheckError('USAGE', 'the agent is not beside the program', { hint: 'npm run build', cause })
  }
}
