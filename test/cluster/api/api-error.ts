import { qualifiedName, type ResourceType } from './resources.ts'

interface Details {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly retryAfterSeconds?: number
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[]
}

/** An error response of the API server, with the body of a real one. */
export class ApiFailure extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Details | undefined
  readonly metadata: object

  constructor(code: number, reason: string, message: string, details?: Details, metadata: object = {}) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
    this.metadata = metadata
  }

  get body() {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    }
  }
}

const detailsOf = ({ group, plural }: ResourceType, name: string): Details => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind: plural,
})

export const notFound = (type: ResourceType, name: string) =>
  new ApiFailure(404, 'NotFound', `${qualifiedName(type)} "${name}" not found`, detailsOf(type, name))

export const alreadyExists = (type: ResourceType, name: string) =>
  new ApiFailure(409, 'AlreadyExists', `${qualifiedName(type)} "${name}" already exists`, detailsOf(type, name))

export const noSuchResource = () =>
  new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {})

export const badRequest = (message: string) => new ApiFailure(400, 'BadRequest', message)

export const methodNotAllowed = () =>
  new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export const unsupportedMedia = () => new ApiFailure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})

export const unauthorized = () => new ApiFailure(401, 'Unauthorized', 'Unauthorized')

export const expiredVersion = (asked: string, oldest: number) =>
  new ApiFailure(410, 'Expired', `too old resource version: ${asked} (${oldest})`)

/** 410 Gone with a token that continues at the same place in the current state. */
export const expiredContinue = (token: string) =>
  new ApiFailure(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    undefined,
    { continue: token },
  )

export const conflict = (type: ResourceType, name: string) =>
  new ApiFailure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(type)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(type, name),
  )

/** A field that is not valid. `problem` is as `Required value: name or generateName is required`. */
export const invalid = (type: ResourceType, name: string, { field, reason, problem }: Invalid) =>
  new ApiFailure(422, 'Invalid', `${type.kind}${groupSuffix(type)} "${name}" is invalid: ${field}: ${problem}`, {
    ...(name === '' ? {} : { name }),
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.kind,
    causes: [{ reason, message: problem, field }],
  })

interface Invalid {
  readonly field: string
  readonly reason: 'FieldValueInvalid' | 'FieldValueRequired'
  readonly problem: string
}

const groupSuffix = ({ group }: ResourceType) => (group === '' ? '' : `.${group}`)

/** RBAC's response to a request that no rule allows. */
export function forbidden({ user, verb, type, subresource, namespace, name }: Denied) {
  const resource = subresource === '' ? type.plural : `${type.plural}/${subresource}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const object = name === '' ? qualifiedName(type) : `${qualifiedName(type)} "${name}"`
  return new ApiFailure(
    403,
    'Forbidden',
    `${object} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${type.group}" ${where}`,
    detailsOf(type, name),
  )
}

interface Denied {
  readonly user: string
  readonly verb: string
  readonly type: ResourceType
  readonly subresource: string
  readonly namespace: string | undefined
  readonly name: string
}

/** A refusal by an admission plugin, in its own words. */
export const refused = (type: ResourceType, name: string, message: string) =>
  new ApiFailure(403, 'Forbidden', `${qualifiedName(type)} "${name}" is forbidden: ${message}`, detailsOf(type, name))

export const mustBeOfType = (type: ResourceType, problem: string) =>
  badRequest(`the object provided is unrecognized (must be of type ${type.kind}): ${problem}`)

export const wrongKind = (type: ResourceType, kind: string, apiVersion: string) => {
  const version = apiVersion.replace(/^.*\//, '')
  const inside = type.group === '' ? 'core' : type.group
  return badRequest(
    `${kind} in version "${version}" cannot be handled as a ${type.kind}: converting (${version}.${kind}) to (${inside}.${type.kind}): unknown conversion`,
  )
}
