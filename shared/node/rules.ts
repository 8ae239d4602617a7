import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { unlessUnread } from '../discovery/values.ts'
import { type PolicyRule, parseIpRule, parseIpRuleText, policyRuleSchema } from '../formats/ip-rule.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, type Reading } from '../reading.ts'

/** Policy routing rules. The kernel exposes them only over netlink: without `ip` they are unread. */
export const rulesSchema = z.object({
  ipv4: readingOf(z.array(policyRuleSchema)),
  ipv6: readingOf(z.array(policyRuleSchema)),
})
export type Rules = z.infer<typeof rulesSchema>

export const rules = definePart<Rules>({
  schema: rulesSchema,
  collect: async host => {
    const ipv4 = await readIpv4(host)
    const text6 = await readOutput(host, 'ip-6-rule')
    const ipv6 = isOk(text6) ? parseIpRule(text6.value, 6) : text6
    return unlessUnread([ipv4, ipv6], { ipv4, ipv6 })
  },
})

async function readIpv4(host: Host): Promise<Reading<PolicyRule[]>> {
  const json = await readOutput(host, 'ip-rule')
  if (isOk(json)) return parseIpRule(json.value, 4)
  const text = await readOutput(host, 'ip-rule-text')
  return isOk(text) ? parseIpRuleText(text.value) : json
}
