import { stringify } from 'yaml'

/** Stable JSON or YAML of a report, with a final newline. Control characters are escaped by both formats. */
export const renderData = (data: unknown, format: 'json' | 'yaml'): string =>
  format === 'json' ? `${JSON.stringify(data, null, 2)}\n` : stringify(JSON.parse(JSON.stringify(data)))
