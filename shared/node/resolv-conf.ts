import * as z from 'zod/mini'
import { followLinks } from '../discovery/follow-links.ts'
import { findKubelet } from '../discovery/kubelet.ts'
import { mapReads, unlessUnread } from '../discovery/values.ts'
import { parseResolvConf, resolverSchema } from '../formats/resolv-conf.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, mapReading } from '../reading.ts'
import { readText } from '../text.ts'

/** The host's resolver files by path: `/etc/resolv.conf` and the one configured in the kubelet. */
const resolvConfSchema = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      /** The path after resolving links; null when it does not exist. */
      target: z.nullable(z.string()),
      content: readingOf(resolverSchema),
    }),
  ),
})
export type ResolvConf = z.infer<typeof resolvConfSchema>

export const resolvConf = definePart<ResolvConf>({
  schema: resolvConfSchema,
  collect: async host => {
    const { settings } = await findKubelet(host)
    const told = isOk(settings) ? settings.value.resolvConf : null
    const paths = new Set(['/etc/resolv.conf', ...(told?.startsWith('/') ? [told] : [])])
    const files = await mapReads([...paths], path => readFile(host, path))
    return unlessUnread(
      files.map(({ content }) => content),
      { files },
    )
  },
})

async function readFile(host: Host, path: string): Promise<ResolvConf['files'][number]> {
  const destination = await followLinks(host, path)
  const text = await readText(host, path, { maxBytes: 65_536 })
  return {
    path,
    target: isOk(destination) ? destination.value.path : null,
    content: mapReading(text, parseResolvConf),
  }
}
