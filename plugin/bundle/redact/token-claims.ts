/** Replaces names in the base64 claims of tokens whose signature was removed. */
export const rewriteClaims = (text: string, rename: (text: string) => string): string =>
  text.includes('.hidden')
    ? text.replace(claims, (_, head: string, payload: string) => `${head}${encode(rename(decode(payload)))}`)
    : text

const claims = /(?<head>(?<![\w.-])eyJ[\w-]{4,4096}\.)(?<payload>[\w-]{4,32768})(?=\.hidden)/g

const decode = (payload: string): string => Buffer.from(payload, 'base64url').toString('latin1')
const encode = (text: string): string => Buffer.from(text, 'latin1').toString('base64url')
