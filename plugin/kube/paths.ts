import type { Resource } from './port.ts'

/** Path of a resource on the API server including the query; every component is escaped. */
export function pathOf(
  { group, version, plural }: Resource,
  target: { readonly namespace?: string; readonly name?: string; readonly subresource?: string } = {},
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const pieces = [
    ...(group === '' ? ['api', version] : ['apis', group, version]),
    ...(target.namespace === undefined ? [] : ['namespaces', target.namespace]),
    plural,
    ...(target.name === undefined ? [] : [target.name]),
    ...(target.subresource === undefined ? [] : [target.subresource]),
  ]
  const given = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[key, String(value)]],
  )
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  return `/${pieces.map(encodeURIComponent).join('/')}${search}`
}
