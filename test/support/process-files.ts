/** Files of /proc of one process. */
export const processFiles = (pid: number, name: string, ...args: readonly string[]): Record<string, string> => ({
  [`/proc/${pid}/comm`]: `${name}\n`,
  [`/proc/${pid}/cmdline`]: `${[name, ...args].join('\0')}\0`,
})

/** The first process, which only a complete list of processes holds. */
export const init = processFiles(1, 'systemd')
