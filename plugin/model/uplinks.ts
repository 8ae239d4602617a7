import type { Routes } from '../../shared/node/routes.ts'

/** Devices of the default routes of one family in the main table. */
export const uplinks = ({ routes }: Routes, family: 4 | 6): readonly string[] => [
  ...new Set(
    routes
      .filter(route => route.family === family && route.table === 'main' && route.destination.endsWith('/0'))
      .flatMap(({ device }) => device ?? []),
  ),
]
