import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLocalAddresses } from '../../../shared/formats/fib-trie.ts'
import { parseIfInet6 } from '../../../shared/formats/if-inet6.ts'
import { parseOsRelease } from '../../../shared/formats/os-release.ts'
import { parseResolvConf } from '../../../shared/formats/resolv-conf.ts'
import { parseAddress } from '../../../shared/ip.ts'
import { given, reasonOf } from '../../support/collect.ts'

describe('resolv.conf', () => {
  test('nameservers accumulate, the last search wins, options are merged, domain is ignored', () => {
    const text = `# made by a tool
domain old.example
nameserver 10.0.0.1
 nameserver	fd00::1   extra
search a.example b.example
search corp.example. . lab.example
options ndots:5 edns0
options ndots:2 rotate
nameserver
`
    expect(parseResolvConf(text)).toEqual({
      nameservers: ['10.0.0.1', 'fd00::1'],
      search: ['corp.example', 'lab.example'],
      options: ['ndots:2', 'edns0', 'rotate'],
    })
  })

  test('an empty file and comments give nothing', () => {
    const nothing = { nameservers: [], search: [], options: [] }
    expect(parseResolvConf('')).toEqual(nothing)
    expect(parseResolvConf('#nameserver 1.1.1.1\n;search x\nnameservers 1.1.1.1\n')).toEqual(nothing)
  })

  test('what was written is what is read', () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
    fc.assert(
      fc.property(fc.array(fc.ipV4()), fc.array(word, { minLength: 1 }), (nameservers, search) => {
        const text = [...nameservers.map(each => `nameserver ${each}`), `search ${search.join('\t')}`, ''].join('\n')
        expect(parseResolvConf(text)).toEqual({ nameservers, search, options: [] })
      }),
    )
  })
})

describe('os-release', () => {
  test('quotes are taken off, comments and nonsense are skipped', () => {
    const text = `# c\nID=debian\nVERSION_ID="12"\nPRETTY_NAME='Debian "12"'\nHOME="a\\$b \\"c\\""\nlower=x\n=y\nBAD KEY=z\n`
    expect(Object.fromEntries(parseOsRelease(text))).toEqual({
      ID: 'debian',
      VERSION_ID: '12',
      PRETTY_NAME: 'Debian "12"',
      HOME: 'a$b "c"',
    })
  })

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), text => parseOsRelease(text) instanceof Map))
  })
})

describe('/proc/net/if_inet6', () => {
  test('addresses with their prefix, by device', () => {
    const text =
      'fe80000000000000e439dafffec236cd 03 40 20 80     cni0\n00000000000000000000000000000001 01 80 10 80       lo\n'
    expect(given(parseIfInet6(text))).toEqual([
      { device: 'cni0', address: 'fe80::e439:daff:fec2:36cd/64' },
      { device: 'lo', address: '::1/128' },
    ])
    expect(given(parseIfInet6(''))).toEqual([])
  })

  test('any other text is malformed', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter(text => text.trim() !== ''),
        text => {
          expect(reasonOf(parseIfInet6(text))).toBe('malformed')
        },
      ),
    )
  })
})

describe('/proc/net/fib_trie', () => {
  test('only local addresses, each once, although both tables list them', () => {
    const table = `  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
           |-- 10.244.0.0
              /24 link UNICAST
           |-- 10.244.0.1
              /32 host LOCAL
        |-- 10.244.0.255
           /32 link BROADCAST
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
`
    expect(parseLocalAddresses(`Main:\n${table}Local:\n${table}`)).toEqual(['10.244.0.1', '127.0.0.1'])
  })

  test('no text gives anything but text of the shape of an address', () => {
    const unit = fc.constantFrom('|-- ', '10.0.0.1', '999.1', '\n', '   ', '/32 host LOCAL', 'x')
    fc.assert(
      fc.property(fc.array(unit), parts => {
        for (const address of parseLocalAddresses(parts.join(''))) expect(address).toMatch(/^[\d.]+$/)
      }),
    )
    expect(parseAddress(parseLocalAddresses('|-- 10.0.0.1\n /32 host LOCAL')[0] ?? '')).not.toBeNull()
  })
})
