import { describe, expect, onTestFinished, test } from 'vitest'
import { given } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

/** Listens until it is told to end, or for a minute. */
const server = `
const tcp = require("node:net").createServer().listen(30081, "127.0.0.1", () => {
  require("node:dgram").createSocket("udp6").bind(5353, "::1", () => process.send("ready"))
})
setTimeout(() => process.exit(), 60000)`

/** Prints the id of the server once it listens, and leaves it alone. */
const starter = `
const child = require("node:child_process").spawn(process.execPath, ["-e", process.argv[1]], {
  detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"],
})
child.once("message", () => { console.log(child.pid); process.exit() })`

describe.runIf(needs('sockets of the kernel', 'root', 'network namespaces', 'iproute2'))('sockets', () => {
  test('of this namespace alone, each with the process that listens', () => {
    const namespace = makeNamespace()
    expect(given(namespace.collect(['sockets']).sockets).listeners).toEqual([])
    const pid = Number(namespace.run(`${process.execPath} -e '${starter}' '${server}'`))
    onTestFinished(() => {
      process.kill(pid)
    })
    const { listeners, complete } = given(namespace.collect(['sockets']).sockets)
    expect(complete).toBe(true)
    expect(listeners).toMatchObject([
      { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 30081, owner: { value: { pid } } },
      { protocol: 'udp', family: 6, address: '::1', port: 5353, owner: { value: { pid } } },
    ])
  })
})
