import { agentPaths } from '../agents/plan.ts'

/**
 * What `node -e` runs in the agent's container: it unpacks the agent from its ConfigMap and starts it. The file
 * system there is read-only, so the source goes from memory to the compiler.
 */
export const agentBootstrap = bootstrapFrom(`${agentPaths.bundleFolder}/${agentPaths.bundleFile}`)

/** The same for a bundle that lies elsewhere. */
export function bootstrapFrom(path: string): string {
  const source = `require('zlib').gunzipSync(require('fs').readFileSync(${JSON.stringify(path)}))`
  return `require('vm').compileFunction(${source}.toString(),['require','process'],{filename:'agent.js'})(require,process)`
}
