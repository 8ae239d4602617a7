import type { CniConfig, CniConfigFile } from '../../../shared/node/cni-config.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { nameOfProduct } from '../../model/cni-products.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { effectiveConfig, flavourOf, isBroken } from '../../model/effective-config.ts'
import { type Harm, harmEvidence, harmOn } from '../../model/harm.ts'
import { livePodsOn, networkedPodsOn, podKey } from '../../model/pods.ts'
import { runnableBy } from '../../model/required-plugins.ts'
import { findRivalry, podsIn, type Rivalry, sameNetwork } from '../../model/rival-configs.ts'

export default nodeCheck({
  code: 'CNI004',
  severity: 'error',
  title: 'Wrong CNI configuration wins',
  explains: ['IPM006', 'POD001', 'RTE001', 'PRX009', 'IPM008'],
  needs: ['cniConfig'],
  wants: ['runtime', 'cniBinaries'],
  cluster: ['pods', 'nodes'],
  wantsCluster: ['events'],
  decisive: ['runtime', 'cniBinaries'],
  run: ({ node, parts: { cniConfig }, maybe, cluster, maybeCluster, takenAt }) => {
    if (isMissing(cniConfig.files)) return notApplicable('there is no configuration')
    const known = cluster.nodes.find(({ name }) => name === node)
    const isRunnable = runnableBy(maybe.cniBinaries, known?.architecture ?? '')
    const flavour = flavourOf(maybe.runtime, known)
    const effective = effectiveConfig({ config: cniConfig, runtime: maybe.runtime, flavour, isRunnable })
    if (!isOk(effective) || !isOk(cniConfig.files))
      return notRun(isOk(effective) ? 'no file was read' : effective.detail)
    const { inUse, next, limit } = effective.value
    const candidates = [...new Set([...inUse.slice(0, 1), ...next.slice(0, 1)])]
    if (candidates.length === 0) return notApplicable('no configuration is in use')
    const files = cniConfig.files.value
    const sources = {
      daemons: new Set(livePodsOn(cluster.pods, node).flatMap(cniComponentsOf)),
      podNetworks: known?.podCIDRs ?? [],
      pods: networkedPodsOn(cluster.pods, node),
    }
    for (const winner of candidates) {
      const losers = files.filter(file => file !== winner && isOk(file.content) && !isBroken(file))
      const isInUse = inUse.includes(winner)
      // Loading several configurations is deliberate, but the same network twice never is.
      const rivalry = limit === 1 ? findRivalry({ winner, losers, ...sources }) : sameNetwork(winner, losers)
      const harm = harmOn(node, { pods: { status: 'ok', value: cluster.pods }, ...maybeCluster }, takenAt)
      if (rivalry) return found(draft({ node, config: cniConfig, winner, isInUse, rivalry, pods: sources.pods, harm }))
    }
    return limit !== 1 && files.length > 1 ? notApplicable('the runtime loads several on purpose') : passed
  },
})

interface Case {
  readonly node: string
  readonly config: CniConfig
  readonly winner: CniConfigFile
  /** False when the runtime still uses another one and takes this one at its next reload. */
  readonly isInUse: boolean
  readonly rivalry: Rivalry
  readonly pods: readonly Pod[]
  readonly harm: Harm
}

function draft({ node, config, winner, isInUse, rivalry, pods, harm }: Case): Draft {
  const caught = podsIn(winner, pods)
  const path = `${config.directory.path}/${winner.name}`
  const clashes = harm.failures.filter(({ text }) => /file exists/.test(text))
  const isFelt = rivalry.kind === 'twice' ? clashes.length > 0 : isInUse && caught.length > 0
  return {
    severity: isFelt ? 'error' : 'warning',
    confidence: rivalry.kind === 'addresses' || rivalry.kind === 'packaged' ? 'likely' : 'certain',
    message: `${path} ${isInUse ? 'wins' : 'will win at the next load'} on ${node}, ${reason(rivalry)}`,
    evidence: [
      {
        at: `${node}:${config.directory.path}`,
        observed: `${winner.name} comes first`,
        expected: expectation(rivalry),
      },
      ...(caught[0]
        ? [
            {
              at: `Pod ${podKey(caught[0])}`,
              observed: `has ${caught[0].ips[0]} of the network of ${winner.name}; ${caught.length} pods of ${node} have one`,
            },
          ]
        : []),
      ...harmEvidence({ ...harm, failures: clashes, waiting: [] }),
    ],
    danger:
      rivalry.kind === 'twice'
        ? 'a runtime that loads both adds each pod twice and fails, and it is left to the names which of them counts'
        : 'new pods join another network than the cluster’s: other nodes do not reach them, and two may get one address',
    remedies: remedies(config.directory.path, winner, rivalry),
  }
}

function reason(rivalry: Rivalry): string {
  if (rivalry.kind === 'daemon')
    return `although ${nameOfProduct(rivalry.product)} runs there and has its own ${rivalry.rightful.name}`
  if (rivalry.kind === 'twice') return `and ${rivalry.rightful.name} configures the same network once more`
  if (rivalry.kind === 'packaged') return 'although it is the example that the runtime’s package brings'
  return `although the addresses in use there belong to ${rivalry.rightful.name}`
}

const expectation = (rivalry: Rivalry) =>
  rivalry.kind === 'packaged' ? 'the configuration of the cluster’s CNI' : `${rivalry.rightful.name} alone`

function remedies(directory: string, winner: CniConfigFile, rivalry: Rivalry): Draft['remedies'] {
  const path = quote(`${directory}/${rivalry.kind === 'twice' ? rivalry.rightful.name : winner.name}`)
  const commands = [onNode(`mv ${path} ${path}.disabled`)]
  const rollback = `mv ${path}.disabled ${path}`
  if (rivalry.kind === 'twice') {
    return [{ title: 'keep one of the two files, out of the way with the other', commands, risk: 'low', rollback }]
  }
  const first = rivalry.kind === 'packaged' ? 'install the cluster’s CNI, then ' : ''
  const again = onWorkstation('kubectl delete pod <pods with an address of the wrong network>')
  const title = `${first}move the configuration that should not win out of the way, and make the pods that it caught anew`
  return [{ title, commands: [...commands, again], risk: 'disruptive', rollback }]
}
