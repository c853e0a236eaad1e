import type { Config } from '../../config/config.js'
import type { Finding } from './finding.js'

/** Fewer introducers than words needed: no node but the peers is ever shown, whoever vouches. */
export function checkIntroducers({ directory }: Pick<Config, 'directory'>): readonly Finding[] {
  const introducers = new Set(directory.introducers).size
  const { vouchesNeeded } = directory
  const check = 'directory'
  if (introducers === 0) {
    return [{ level: 'ok', check, message: 'shows the desks of peers alone: directory.introducers names nobody' }]
  }
  if (introducers >= vouchesNeeded) {
    return [{ level: 'ok', check, message: `shows whom ${vouchesNeeded} of ${introducers} introducers vouch for` }]
  }
  const message = `can show nobody but peers: directory.vouchesNeeded is ${vouchesNeeded}, and introducers are ${introducers}`
  const mend = `name ${vouchesNeeded - introducers} more in directory.introducers, or set directory.vouchesNeeded to ${introducers}`
  return [{ level: 'warn', check, message, mend }]
}
