import * as z from 'zod/mini'

/** One recording or several, by their paths; `-` is standard input. */
export const fromSchema = z.union([z.string(), z.array(z.string())])
export type From = z.infer<typeof fromSchema>
