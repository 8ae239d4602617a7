// Made by `npm run generate` from the folder listing. Do not edit.
import type { AnyCheck } from '../engine/check.ts'

export const checks: readonly AnyCheck[] = []

/** Name of the page of each check, under plugin/checks/. */
export const pages: Readonly<Record<string, string>> = {
}
