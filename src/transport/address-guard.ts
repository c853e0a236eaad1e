import { isIPv4, isIPv6 } from 'node:net'

/**
 * What kind of place an IP address names:
 * `global` a unicast address of the public internet; `private` a local network or VPN; `loopback` this machine;
 * `special` everything else, where no peer ever is.
 */
export type AddressClass = 'global' | 'private' | 'loopback' | 'special'

/**
 * Classifies one IP address in text form, deny by default: text that is no address, carries a zone or lies in an
 * unallocated block is `special`.
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890); IPv6 global unicast is 2000::/3 (RFC 4291).
 */
export function classifyAddress(address: string): AddressClass {
  if (isIPv4(address)) return classIn(ipv4Blocks, ipv4Bytes(address), ipv4Bytes) ?? 'global'
  if (isIPv6(address) && !address.includes('%')) return classIn(ipv6Blocks, ipv6Bytes(address), ipv6Bytes) ?? 'special'
  return 'special'
}

/**
 * Whether the node may open a connection to the address. A pin opens private and loopback addresses; link-local
 * (cloud metadata), multicast and addresses that wrap another address stay closed even then.
 */
export function isReachable(address: string, isPinned: boolean): boolean {
  const found = classifyAddress(address)
  return found === 'global' || (isPinned && found !== 'special')
}

type Block = readonly [prefix: string, bits: number, addressClass: AddressClass]

/** An IPv4 address outside every block is global. */
const ipv4Blocks: readonly Block[] = [
  ['0.0.0.0', 8, 'special'], // this network
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'], // shared address space; VPN overlays use it too
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'special'], // link-local, cloud metadata
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'special'], // IETF protocol assignments
  ['192.0.2.0', 24, 'special'], // documentation
  ['192.31.196.0', 24, 'special'], // AS112
  ['192.52.193.0', 24, 'special'], // AMT
  ['192.88.99.0', 24, 'special'], // 6to4 relays
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'special'], // AS112
  ['198.18.0.0', 15, 'special'], // benchmarking
  ['198.51.100.0', 24, 'special'], // documentation
  ['203.0.113.0', 24, 'special'], // documentation
  ['224.0.0.0', 4, 'special'], // multicast
  ['240.0.0.0', 4, 'special'], // reserved, broadcast
]

/**
 * The first match wins; an IPv6 address outside every block is special. That refuses ::/96, ::ffff:0:0/96, 64:ff9b::/96,
 * 64:ff9b:1::/48, 100::/64, 5f00::/16, fe80::/10, fec0::/10 and ff00::/8 without looking at an IPv4 address inside.
 */
const ipv6Blocks: readonly Block[] = [
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['2001::', 23, 'special'], // IETF protocol assignments: Teredo, benchmarking, ORCHID
  ['2001:db8::', 32, 'special'], // documentation
  ['2002::', 16, 'special'], // 6to4 wraps an IPv4 address
  ['2620:4f:8000::', 48, 'special'], // AS112
  ['3fff::', 20, 'special'], // documentation
  ['2000::', 3, 'global'],
]

type ToBytes = (address: string) => readonly number[]

function classIn(blocks: readonly Block[], bytes: readonly number[], toBytes: ToBytes): AddressClass | undefined {
  return blocks.find(([prefix, bits]) => haveCommonPrefix(bytes, toBytes(prefix), bits))?.[2]
}

function haveCommonPrefix(left: readonly number[], right: readonly number[], bits: number): boolean {
  return right.every((byte, at) => {
    const bitsHere = Math.min(Math.max(bits - at * 8, 0), 8)
    return ((byte ^ (left[at] ?? 0)) & (0xff00 >> bitsHere) & 0xff) === 0
  })
}

function ipv4Bytes(address: string): number[] {
  return address.split('.').map(Number)
}

/** 16 bytes of an address that `isIPv6` accepted: at most one `::`, perhaps a dotted IPv4 tail. */
function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const before = groupBytes(head)
  if (tail === undefined) return before
  const after = groupBytes(tail)
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after]
}

function groupBytes(groups: string): number[] {
  if (groups === '') return []
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return ipv4Bytes(group)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
