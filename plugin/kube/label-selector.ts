import * as z from 'zod/mini'
import { labels, listOf, strings } from './fields.ts'

/** A label selector of the API. Both halves must match; an empty one matches everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>
  readonly matchExpressions: readonly {
    readonly key: string
    /** `In`, `NotIn`, `Exists` or `DoesNotExist`. */
    readonly operator: string
    readonly values: readonly string[]
  }[]
}

export const labelSelectorSchema = z.object({
  matchLabels: labels,
  matchExpressions: listOf(z.object({ key: z.string(), operator: z.string(), values: strings })),
})

/** Fills in the fields that the API omitted. */
export const toLabelSelector = (selector: z.infer<typeof labelSelectorSchema> | null | undefined): LabelSelector => ({
  matchLabels: selector?.matchLabels ?? {},
  matchExpressions: (selector?.matchExpressions ?? []).map(({ key, operator, values }) => ({
    key,
    operator,
    values: values ?? [],
  })),
})
