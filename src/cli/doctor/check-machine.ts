import { existsSync, readdirSync, readFileSync, statSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { systemClock, toDay } from '../../base/clock.js'
import { quoted } from '../../config/config-fault.js'
import type { Finding } from './finding.js'

/** What the machine under the node must give: room, time, and an encrypted disk. */
export function checkMachine(dataFolder: string): readonly Finding[] {
  return [checkRoom(dataFolder), checkClock(), checkVolume(dataFolder)]
}

const MiB = 1024 * 1024
const littleRoom = 1024 * MiB
const noRoom = 64 * MiB

function checkRoom(dataFolder: string): Finding {
  const { bavail, bsize } = statfsSync(dataFolder)
  const free = bavail * bsize
  const message = `has ${Math.floor(free / MiB)} MiB free`
  const level = free < noRoom ? 'fail' : free < littleRoom ? 'warn' : 'ok'
  return level === 'ok'
    ? { level, check: 'disk', message }
    : { level, check: 'disk', message, mend: `df -h ${quoted(dataFolder)}` }
}

/** The year in which this was written, 2026: no clock that is right shows an earlier time. */
const writtenAt = 1_767_225_600_000

function checkClock(): Finding {
  const now = systemClock.now()
  if (now >= writtenAt) return { level: 'ok', check: 'clock', message: `shows ${toDay(now)}` }
  const message = `shows ${toDay(now)}, before this software was written`
  return { level: 'fail', check: 'clock', message, mend: 'timedatectl set-ntp true' }
}

/** Who talked to whom stands unencrypted in data.db (threat model): the disk has to cover it. */
function checkVolume(dataFolder: string): Finding {
  const check = 'disk encryption'
  if (isEncrypted(deviceFolder(dataFolder))) return { level: 'ok', check, message: 'is on (dm-crypt)' }
  const message = 'cannot be seen from here: unless a layer below encrypts, a stolen disk tells who talked to whom'
  return { level: 'warn', check, message, mend: 'lsblk -o NAME,TYPE,FSTYPE,MOUNTPOINTS' }
}

/** Where Linux describes the block device of a folder; elsewhere there is no such place. */
function deviceFolder(dataFolder: string): string {
  const { dev } = statSync(dataFolder)
  const major = ((dev >> 8) & 0xfff) >>> 0
  const minor = ((dev & 0xff) | ((dev >> 12) & 0xfff00)) >>> 0
  return `/sys/dev/block/${major}:${minor}`
}

/** The device itself, or every one that it is made of: a volume group on an encrypted disk. */
function isEncrypted(device: string): boolean {
  const uuid = path.join(device, 'dm', 'uuid')
  if (existsSync(uuid) && readFileSync(uuid, 'utf8').startsWith('CRYPT-')) return true
  const slaves = path.join(device, 'slaves')
  const below = existsSync(slaves) ? readdirSync(slaves) : []
  return below.length > 0 && below.every((name) => isEncrypted(path.join(slaves, name)))
}
