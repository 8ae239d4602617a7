import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Layout, LayoutFile } from './layouts/layout.ts'

/** Builds the root of a host in a new folder. Throws what debootstrap or dpkg print when there is no mirror. */
export async function buildRoot(layout: Layout, now: Date): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'host-'))
  await chmod(root, 0o755)
  makeBase(layout.base, root)
  for (const [path, file] of Object.entries(layout.files(now))) await place(root + path, file)
  for (const folder of ['/proc', '/sys', '/tmp']) await mkdir(root + folder, { recursive: true })
  return root
}

const packages = ['iproute2', 'iptables', 'nftables', 'kmod', 'ethtool', 'conntrack', 'containernetworking-plugins']

function makeBase(base: Layout['base'], root: string): void {
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: root, stdio: 'inherit' })
  if (base === 'busybox') {
    run('sh', '-ec', 'apt-get download busybox-static && dpkg-deb -x busybox-static*.deb . && rm busybox-static*.deb')
    run('sh', '-ec', 'mkdir -p bin sbin usr/bin usr/sbin && chroot . /bin/busybox --install -s')
  } else if (base !== null && madeBefore !== undefined) {
    run('cp', '-a', `${madeBefore}/${base}/.`, root)
  } else if (base !== null) {
    run('debootstrap', '--variant=minbase', `--include=${packages.join(',')}`, base, root, ...mirror)
    // Locales and documentation are not needed.
    run('rm', '-rf', 'usr/share/doc', 'var/cache/apt', 'var/log/apt', 'var/log/bootstrap.log', 'var/log/dpkg.log')
  }
}

/** A folder with a root for each release, to be copied. */
const madeBefore = process.env.DEBIAN_ROOTS

/** Without one, debootstrap takes its own default. */
const mirror = [process.env.DEBIAN_MIRROR].filter(url => url !== undefined)

async function place(path: string, file: LayoutFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  if (typeof file !== 'string' && 'link' in file) {
    await rm(path, { recursive: true, force: true })
    return symlink(file.link, path)
  }
  const isProgram = typeof file !== 'string'
  await writeFile(path, isProgram ? elf : file)
  await chmod(path, isProgram ? 0o755 : 0o644)
}

/** The header of a program for this kind of machine, without sections. */
const elf = Buffer.alloc(64)
elf.write('\x7fELF\x02\x01\x01', 'latin1')
elf.writeUInt16LE(2, 16)
elf.writeUInt16LE(process.arch === 'arm64' ? 183 : 62, 18)
elf.writeUInt16LE(64, 52)
