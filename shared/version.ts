/** Version of plugin and agent; a test checks that it equals package.json. */
export const version = '0.1.0'
