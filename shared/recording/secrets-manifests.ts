/** Hides the values of Secret objects in YAML text, such as user data or a ConfigMap of manifests. */
export function hideManifests(text: string): string {
  if (!text.includes('Secret') || !isSecret.test(text)) return text
  return text
    .split(between)
    .map(document => (isSecret.test(document) ? hideData(document) : document))
    .join('')
}

const isSecret = /^[ \t-]{0,256}["']?kind["']?:[ \t]{0,64}["']?Secret["']?[ \t\r]{0,64}$/m
/** Each document keeps its separator. */
const between = /^(?=[ \t]{0,256}---)/m

/** Lines below `data:` and `stringData:`. */
function hideData(document: string): string {
  let depth: number | null = null
  const lines = document.split('\n').map(line => {
    const indent = line.search(/\S/)
    if (depth !== null && (indent > depth || indent < 0)) return hideValue(line)
    depth = /^[ \t-]{0,256}["']?(?:data|stringData)["']?:[ \t\r]{0,64}$/.test(line) ? indent : null
    return line
  })
  return lines.join('\n')
}

const nameOfLine = /^[ \t]{0,256}(?:["']?[\w.-]{1,253}["']?:(?=\s|$))?[ \t]{0,64}/

function hideValue(line: string): string {
  const [name = ''] = nameOfLine.exec(line) ?? []
  return line.slice(name.length).trim() === '' ? line : `${name}"(hidden)"`
}
