import { agentPaths } from './plan.ts'

/**
 * The agent runs for a second or two and must stay small: no optimising compiler, and early garbage collection.
 * Measured with 110 sandboxes: at most 64 MB instead of 71 MB, in the same time. The baseline compiler stays on: it
 * costs no memory, and a store of 65,536 reservations is read in 3 s instead of 5 s.
 */
const engineFlags = ['--no-opt', '--optimize-for-size', '--semi-space-growth-factor=1']

/**
 * The source that `node -e` runs in the agent's container: it unpacks the agent from its ConfigMap and starts it from
 * memory, because the file system there is read-only.
 */
export const bootstrap = bootstrapFrom(`${agentPaths.bundleFolder}/${agentPaths.bundleFile}`)

/** The same for a bundle at another path. */
export function bootstrapFrom(path: string): string {
  const flags = `${JSON.stringify(engineFlags)}.forEach(f=>require('v8').setFlagsFromString(f))`
  const source = `require('zlib').gunzipSync(require('fs').readFileSync(${JSON.stringify(path)})).toString()`
  const start = `require('vm').compileFunction(${source},['require','process'],{filename:'agent.js'})(require,process)`
  return `${flags};${start}`
}
