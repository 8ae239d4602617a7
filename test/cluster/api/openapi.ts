import { apiVersionOf, type ResourceType, resourceTypes } from './resources.ts'

/**
 * The minimum of OpenAPI for kubectl to send objects unvalidated: it says that the server validates fields. Undefined
 * for any other path.
 */
export function describeApi(path: string): unknown {
  if (path === '/openapi/v3') return { paths: Object.fromEntries(folders.map(indexEntry)) }
  const folder = folders.find(each => path === `/openapi/v3/${each}`)
  if (folder === undefined) return undefined
  const types = resourceTypes.filter(type => folderOf(type) === folder)
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1' },
    paths: Object.fromEntries(types.map(type => [`/${folder}/${type.plural}/{name}`, operations(type)])),
  }
}

const folderOf = (type: ResourceType) => `${type.group === '' ? 'api' : 'apis'}/${apiVersionOf(type)}`
const folders = [...new Set(resourceTypes.map(folderOf))]

const indexEntry = (folder: string) => [folder, { serverRelativeURL: `/openapi/v3/${folder}` }] as const

function operations({ group, version, kind }: ResourceType) {
  const operation = {
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string', uniqueItems: true } }],
    responses: {},
  }
  return { patch: { ...operation, 'x-kubernetes-action': 'patch' }, post: operation }
}
