/** Version of this software; a test keeps it equal to package.json. */
export const version = '0.1.0'

/** What peers are told of it. */
export const software = `trm-node/${version}`
