import * as z from 'zod/mini'

const env = z.object({
  name: z.string(),
  value: z.optional(z.string()),
  valueFrom: z.optional(z.looseObject({ fieldRef: z.optional(z.looseObject({ fieldPath: z.string() })) })),
})

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.optional(z.array(z.string())),
  args: z.optional(z.array(z.string())),
  env: z.optional(z.array(env)),
  volumeMounts: z.optional(
    z.array(z.looseObject({ name: z.string(), mountPath: z.string(), readOnly: z.optional(z.boolean()) })),
  ),
})

const volume = z.looseObject({
  name: z.string(),
  hostPath: z.optional(z.looseObject({ path: z.string() })),
  configMap: z.optional(z.looseObject({ name: z.string() })),
  secret: z.optional(z.looseObject({ secretName: z.string(), defaultMode: z.optional(z.number()) })),
})

/** What the kubelet needs of a pod. */
export const podSpecSchema = z.looseObject({
  containers: z.array(container),
  volumes: z.optional(z.array(volume)),
  hostNetwork: z.optional(z.boolean()),
  restartPolicy: z.optional(z.string()),
  terminationGracePeriodSeconds: z.optional(z.number()),
})

export type PodSpec = z.infer<typeof podSpecSchema>
export type ContainerSpec = z.infer<typeof container>
export type VolumeSpec = z.infer<typeof volume>
