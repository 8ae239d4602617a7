import { stringify } from 'yaml'

/** Renders a report as stable JSON or YAML with a final newline. Both formats escape control characters. */
export const renderData = (data: unknown, format: 'json' | 'yaml'): string =>
  format === 'json' ? `${JSON.stringify(data, null, 2)}\n` : stringify(JSON.parse(JSON.stringify(data)))
