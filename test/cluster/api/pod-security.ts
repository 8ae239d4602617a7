import * as z from 'zod/mini'

const securityContext = z.optional(
  z.looseObject({
    privileged: z.optional(z.boolean()),
    allowPrivilegeEscalation: z.optional(z.boolean()),
    runAsNonRoot: z.optional(z.boolean()),
    capabilities: z.optional(z.looseObject({ drop: z.optional(z.array(z.string())) })),
    seccompProfile: z.optional(z.looseObject({ type: z.string() })),
  }),
)
const podSchema = z.looseObject({
  spec: z.looseObject({
    hostNetwork: z.optional(z.boolean()),
    hostPID: z.optional(z.boolean()),
    containers: z.array(z.looseObject({ name: z.string(), securityContext })),
    volumes: z.optional(z.array(z.looseObject({ name: z.string(), hostPath: z.optional(z.unknown()) }))),
  }),
})
type PodSpec = z.infer<typeof podSchema>['spec']

/** What a pod violates of a Pod Security level, in the words and order of the real admission plugin. */
export function podSecurityViolations(level: string, pod: unknown): readonly string[] {
  const parsed = podSchema.safeParse(pod)
  if (!parsed.success || level === 'privileged') return []
  const { spec } = parsed.data
  const found = level === 'restricted' ? restricted(spec) : baseline(spec)
  return found.filter(text => text !== '')
}

const baseline = (spec: PodSpec) => [hostNamespaces(spec), hostPaths(spec), privileged(spec)]

const restricted = (spec: PodSpec) => [
  hostNamespaces(spec),
  privileged(spec),
  all(
    spec,
    'allowPrivilegeEscalation != false (container',
    'must set securityContext.allowPrivilegeEscalation=false)',
    c => c?.allowPrivilegeEscalation === false,
  ),
  all(spec, 'unrestricted capabilities (container', 'must set securityContext.capabilities.drop=["ALL"])', c =>
    Boolean(c?.capabilities?.drop?.includes('ALL')),
  ),
  restrictedVolumes(spec),
  all(spec, 'runAsNonRoot != true (pod or container', 'must set securityContext.runAsNonRoot=true)', c =>
    Boolean(c?.runAsNonRoot),
  ),
  all(
    spec,
    'seccompProfile (pod or container',
    'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    c => Boolean(c?.seccompProfile),
  ),
]

function hostNamespaces({ hostNetwork, hostPID }: PodSpec): string {
  const used = [...(hostNetwork ? ['hostNetwork=true'] : []), ...(hostPID ? ['hostPID=true'] : [])]
  return used.length > 0 ? `host namespaces (${used.join(', ')})` : ''
}

const hostVolumes = ({ volumes = [] }: PodSpec) => volumes.filter(({ hostPath }) => hostPath !== undefined)

const hostPaths = (spec: PodSpec) =>
  hostVolumes(spec).length > 0 ? `hostPath volumes (volume ${quoted(hostVolumes(spec))})` : ''

const restrictedVolumes = (spec: PodSpec) =>
  hostVolumes(spec).length > 0
    ? `restricted volume types (volume ${quoted(hostVolumes(spec))} uses restricted volume type "hostPath")`
    : ''

const privileged = ({ containers }: PodSpec) => {
  const used = containers.filter(container => container.securityContext?.privileged)
  return used.length > 0 ? `privileged (container ${quoted(used)} must not set securityContext.privileged=true)` : ''
}

function all(
  { containers }: PodSpec,
  before: string,
  after: string,
  fits: (context: z.infer<typeof securityContext>) => boolean,
): string {
  const wrong = containers.filter(container => !fits(container.securityContext))
  return wrong.length > 0 ? `${before} ${quoted(wrong)} ${after}` : ''
}

const quoted = (items: readonly { readonly name: string }[]) => items.map(({ name }) => `"${name}"`).join(', ')
