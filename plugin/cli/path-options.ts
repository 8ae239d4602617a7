import type { Argv } from 'yargs'

/** Options and positionals of `path`. */
export const pathOptions = (yargs: Argv): Argv =>
  yargs
    .positional('source', { type: 'string', describe: 'who connects: [pod/][namespace/]name, deploy/…, or node/name' })
    .positional('target', {
      type: 'string',
      describe: 'to whom: svc/namespace/name, pod/…, node/name, an address or a name of DNS, with :port',
    })
    .option('namespace', {
      alias: 'n',
      type: 'string',
      requiresArg: true,
      describe: 'namespace of names without one; that of the context, or default',
    })
    .option('protocol', {
      requiresArg: true,
      choices: ['tcp', 'udp', 'sctp'] as const,
      default: 'tcp' as const,
      describe: 'what is connected',
    })
    .option('output', {
      alias: 'o',
      requiresArg: true,
      choices: ['text', 'wide', 'json', 'yaml'] as const,
      default: 'text' as const,
      describe: 'form of the result; wide tells every endpoint with all hops',
    })
    .option('no-agent', {
      type: 'boolean',
      default: false,
      describe: 'ask the API alone and create nothing; rules and routes of nodes are not looked at',
    })
    .example('$0 path shop/web svc/shop/db:5432', 'why a pod of web does not reach the service db')
    .example('$0 path -n shop web db --protocol udp', 'names of one namespace')
    .example('$0 path node/node1 10.244.2.7:80', 'from a node to an address')
