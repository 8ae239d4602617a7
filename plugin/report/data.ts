import { stringify } from 'yaml'

/** Formats for programs, as opposed to text and pages for people. */
export type DataFormat = 'json' | 'yaml'

/** Whether an output format is one for programs. */
export const isDataFormat = (output: string): output is DataFormat => output === 'json' || output === 'yaml'

/** Renders a report as stable JSON or YAML with a final newline. Both formats escape control characters. */
export const renderData = (data: unknown, format: DataFormat): string =>
  format === 'json' ? `${JSON.stringify(data, null, 2)}\n` : stringify(JSON.parse(JSON.stringify(data)))
