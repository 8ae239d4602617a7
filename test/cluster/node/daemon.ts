import { execFile } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type News, type Order, orderSchema } from './daemon-messages.ts'
import { LoopbackServices, type ServiceTable } from './loopback-services.ts'
import { connectLocal, Supervisor } from './supervisor.ts'

// The first process inside of a node's namespaces: it starts what runs there, answers on the node's loopback address,
// and hands connections in. It ends with its standard input, and everything in the node ends with it.

const [socketPath = ''] = process.argv.slice(2)
const supervisor = new Supervisor()
const services = new LoopbackServices()

const tell = (news: News) => process.stdout.write(`${JSON.stringify(news)}\n`)

const lines = createInterface({ input: process.stdin })
lines.on('line', line => obey(orderSchema.parse(JSON.parse(line))))
lines.on('close', () => process.exit(0))
process.stdout.on('error', () => process.exit(0))

createServer(handIn).listen(socketPath, () => tell({ news: 'listening' }))

function obey(order: Order): void {
  const { id } = order
  if (order.order === 'launch') supervisor.launch(id, order.launch, ending => tell({ news: 'ended', id, ...ending }))
  else if (order.order === 'kill') supervisor.kill(id, order.signal)
  else if (order.order === 'serve')
    services.serve(asTable(order.table)).then(
      () => done(id),
      error => done(id, '', error),
    )
  else execFile('sh', ['-ec', order.script], (error, stdout, stderr) => done(id, stdout, error ? stderr || error : ''))
}

const asTable = (table: Readonly<Record<string, Readonly<Record<string, string>>>>): ServiceTable => table

const done = (id: number, output = '', error: unknown = '') => tell({ news: 'done', id, output, error: String(error) })

/** The first line of a connection is a port; what follows goes there after the answer `ok`. */
function handIn(client: Socket): void {
  client.on('error', () => client.destroy())
  client.once('data', bytes => {
    client.pause()
    connectLocal(Number(bytes.toString('utf8'))).then(
      peer => {
        peer.on('error', () => client.destroy())
        peer.on('close', () => client.destroy())
        client.on('close', () => peer.destroy())
        client.write('ok\n')
        client.pipe(peer).pipe(client)
      },
      error => client.end(`${error.message}\n`),
    )
  })
}
