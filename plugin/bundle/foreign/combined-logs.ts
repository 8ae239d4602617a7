/** Marks the beginning and end of a container's log in a kubectl dump. */
const mark = /^==== (START|END) logs for container (\S{1,63}) of pod (\S{1,63})\/(\S{1,253}) ====$/

/** The log that a line begins or ends; null for any other line. */
export function readMark(
  line: string,
): { readonly begins: boolean; readonly container: string; readonly namespace: string; readonly pod: string } | null {
  const [, word, container, namespace, pod] = mark.exec(line) ?? []
  if (container === undefined || namespace === undefined || pod === undefined) return null
  return { begins: word === 'START', container, namespace, pod }
}

/** Splits the combined log of a pod by container; a log that could not be fetched is left out. */
export function splitLogs(text: string): ReadonlyMap<string, string> {
  const logs = new Map<string, string>()
  let lines: string[] = []
  for (const line of text.split('\n')) {
    const found = readMark(line)
    if (found === null) lines.push(line)
    else if (found.begins) lines = []
    else if (!isFailure(lines)) logs.set(found.container, lines.join('\n'))
  }
  return logs
}

/** Whether the text is kubectl's reason why it could not fetch the log. */
export const isFailure = (lines: readonly string[]): boolean =>
  lines.length > 0 && lines.length < 3 && /^(?:Create log request error|Request log error): /.test(lines[0] ?? '')
