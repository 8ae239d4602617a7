/**
 * What checks that are planned will explain, by code, so that no edge of today closes a circle with one of tomorrow. A
 * check that is written leaves this list.
 */
export const plannedEdges: Readonly<Record<string, string>> = {}
