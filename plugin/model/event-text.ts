/**
 * The original message of an event: without the prefix of folded events, and without the quote escaping that kubelet
 * and runtime nest up to three levels deep.
 */
export const plainText = (message: string): string =>
  message
    .replace(/^\(combined from similar events\): /, '')
    .replace(/\\+([nt])(?=[^a-z]|$)/g, ' ')
    .replace(/\\+(["'\\/])/g, '$1')

/**
 * The part with the cause. Old runtimes append the failure of their own clean-up, `[cause, failed to clean up …]`,
 * which follows from it.
 */
export const primaryText = (message: string): string => {
  const text = plainText(message)
  const cut = text.search(/, failed to clean up sandbox|; failed to clean up/i)
  return cut < 0 ? text : text.slice(0, cut)
}

/** Shortens a message: without each layer's wrapper and with abbreviated ids, so that the cause comes first. */
export const shortText = (text: string): string =>
  text
    .replace(/^\[?Failed (?:to )?create pod sandbox: /, '')
    .replace(/rpc error: code = \w+ desc = /, '')
    .replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…')
