/**
 * The message of an event as the one who failed wrote it: without the prefix of folded events, and without the quote
 * escaping that kubelet and runtime nest up to three levels deep.
 */
export const plainText = (message: string): string =>
  message
    .replace(/^\(combined from similar events\): /, '')
    .replace(/\\+([nt])(?=[^a-z]|$)/g, ' ')
    .replace(/\\+(["'\\/])/g, '$1')

/**
 * The part that tells the cause. Old runtimes add the failure of their own clean-up, `[cause, failed to clean up …]`,
 * which follows from the first and says nothing.
 */
export const primaryText = (message: string): string => {
  const text = plainText(message)
  const cut = text.search(/, failed to clean up sandbox|; failed to clean up/i)
  return cut < 0 ? text : text.slice(0, cut)
}

/** Without the wrappers that each layer adds and with ids cut to what tells them apart, so that the cause comes first. */
export const shortText = (text: string): string =>
  text
    .replace(/^\[?Failed (?:to )?create pod sandbox: /, '')
    .replace(/rpc error: code = \w+ desc = /, '')
    .replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…')
