import { execa } from 'execa'

/** Environment for system tools, which lie in folders that users do not always search. */
export const toolEnvironment = { PATH: `${process.env.PATH}:/usr/sbin:/sbin:/usr/bin:/bin` }

/** Runs many `ip` commands at once, in a network namespace or in none. Rejects at the first that fails, unless forced. */
export async function batch(
  namespace: string | null,
  commands: readonly string[],
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  const where = namespace === null ? [] : ['-n', namespace]
  const how = force ? ['-force'] : []
  const input = `${commands.join('\n')}\n`
  const { failed, stderr } = await execa('ip', [...where, ...how, '-batch', '-'], {
    input,
    reject: false,
    env: toolEnvironment,
  })
  if (failed && !force) throw new Error(`ip ${where.join(' ')}: ${stderr}`)
}
