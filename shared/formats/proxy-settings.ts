import * as z from 'zod/mini'
import { parseAssignments } from './assignments.ts'

/** Through what a program goes to the outside: hosts and ports only, without the names and passwords of URLs. */
export const proxySettingsSchema = z.object({
  /** `http://proxy.example:3128`; null without one. */
  http: z.nullable(z.string()),
  https: z.nullable(z.string()),
  all: z.nullable(z.string()),
  /** Hosts, domains and networks that are reached directly. */
  except: z.array(z.string()),
})
export type ProxySettings = z.infer<typeof proxySettingsSchema>

/** The variables that programs of Go heed, in capitals first, with a character before it that no name has. */
const names = /^(?:HTTPS?_PROXY|ALL_PROXY|NO_PROXY)$/i
const mostExceptions = 1024

/** Proxy settings of an environment as /proc/<pid>/environ holds it: each assignment ends with a NUL. */
export const parseEnvironment = (text: string): ProxySettings =>
  settingsOf(parseAssignments(text.replaceAll('\0', '\n')))

/** Proxy settings of a unit's drop-in: `Environment="HTTP_PROXY=http://proxy:3128" "NO_PROXY=a,b"`. */
export function parseUnitEnvironment(text: string): ProxySettings {
  const lines = text.split('\n', 1000).filter(line => /^\s*Environment=/.test(line))
  const words = lines.flatMap(line => line.slice(line.indexOf('=') + 1).match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [])
  return settingsOf(parseAssignments(words.map(word => word.replace(/^["']|["']$/g, '')).join('\n')))
}

/** Proxy settings among variables by name. */
export function settingsOf(variables: ReadonlyMap<string, string>): ProxySettings {
  const get = (name: string): string => variables.get(name) ?? variables.get(name.toLowerCase()) ?? ''
  const url = (name: string) => withoutCredentials(get(name)) || null
  return {
    http: url('HTTP_PROXY'),
    https: url('HTTPS_PROXY'),
    all: url('ALL_PROXY'),
    except: get('NO_PROXY')
      .split(',')
      .map(text => text.trim())
      .filter(text => text !== '')
      .slice(0, mostExceptions),
  }
}

/** Whatever stands before the last @ of a URL's host, and whatever stands behind its port, may be a secret. */
function withoutCredentials(url: string): string {
  const groups = /^(?<scheme>[a-z][a-z0-9+.-]{0,20}:\/\/)?(?<rest>.{0,2048})$/i.exec(url.trim())?.groups
  if (!groups) return ''
  const { scheme = '', rest = '' } = groups
  const [place = ''] = rest.slice(rest.lastIndexOf('@') + 1).split(/[/?#]/)
  return place === '' ? '' : `${scheme}${place}`
}

/** The environment with nothing in it but proxy settings, without credentials, in the same form. */
export function onlyProxySettings(environment: string): string {
  const kept = [...parseAssignments(environment.replaceAll('\0', '\n'))].filter(([name]) => names.test(name))
  return kept.map(([name, value]) => `${name}=${/^no_/i.test(name) ? value : withoutCredentials(value)}\0`).join('')
}
