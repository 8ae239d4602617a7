import * as z from 'zod/mini'

/** A field that the API may leave out or set to null. */
export const maybe = <S extends z.ZodMiniType>(schema: S) => z.optional(z.nullable(schema))

/** A list that the API may leave out or set to null. */
export const listOf = <S extends z.ZodMiniType>(schema: S) => maybe(z.array(schema))

export const text = maybe(z.string())
export const strings = listOf(z.string())
export const count = maybe(z.number())
export const flag = maybe(z.boolean())
export const labels = maybe(z.record(z.string(), z.string()))

/** A port given as a number or as the name of a container port. */
export const intOrName = maybe(z.union([z.number(), z.string()]))
