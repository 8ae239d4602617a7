import * as z from 'zod/mini'
import { parseAssignments } from './assignments.ts'

/** Proxy settings of a program: hosts and ports only, without the credentials of URLs. */
export const proxySettingsSchema = z.object({
  /** `http://proxy.example:3128`; null without one. */
  http: z.nullable(z.string()),
  https: z.nullable(z.string()),
  all: z.nullable(z.string()),
  /** Hosts, domains and networks that bypass the proxy. */
  except: z.array(z.string()),
})
export type ProxySettings = z.infer<typeof proxySettingsSchema>

/** The variables that Go programs use, upper case first, preceded by a character that no name contains. */
const names = /^(?:HTTPS?_PROXY|ALL_PROXY|NO_PROXY)$/i
const mostExceptions = 1024

/** Parses the proxy settings in /proc/<pid>/environ, in which each assignment ends with a NUL. */
export const parseEnvironment = (text: string): ProxySettings =>
  settingsOf(parseAssignments(text.replaceAll('\0', '\n')))

/** Parses the proxy settings of a unit's drop-in: `Environment="HTTP_PROXY=http://proxy:3128" "NO_PROXY=a,b"`. */
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

/** Everything before the last @ of a URL's authority, and after its port, may be secret. */
function withoutCredentials(url: string): string {
  const groups = /^(?<scheme>[a-z][a-z0-9+.-]{0,20}:\/\/)?(?<rest>.{0,2048})$/i.exec(url.trim())?.groups
  if (!groups) return ''
  const { scheme = '', rest = '' } = groups
  const [place = ''] = rest.slice(rest.lastIndexOf('@') + 1).split(/[/?#]/)
  return place === '' ? '' : `${scheme}${place}`
}

/** Reduces an environment to its proxy settings, without credentials, in the same format. */
export function onlyProxySettings(environment: string): string {
  const kept = [...parseAssignments(environment.replaceAll('\0', '\n'))].filter(([name]) => names.test(name))
  return kept.map(([name, value]) => `${name}=${/^no_/i.test(name) ? value : withoutCredentials(value)}\0`).join('')
}
