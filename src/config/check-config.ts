import path from 'node:path'
import { ExchangeError } from '../base/errors.js'
import type { ConfigFile } from '../wire/generated/types.js'
import { validateConfigFile } from '../wire/generated/validators.js'
import { parseStrictJson } from '../wire/strict-json.js'
import type { Config } from './config.js'
import { filesOf } from './data-folder.js'
import { pointerOf } from '../wire/fault-words.js'
import { quoted, wordsOf, type ConfigFault } from './config-fault.js'
import { pointerOfVariable } from './config-variables.js'
import { clash, isAddressRange, isLoopback, isSafeUrl } from './network-rules.js'
import { applyOverrides, isRecord, readEnvironment, type Environment, type Override } from './read-environment.js'

/** What the settings are made of. */
export interface ConfigSources {
  /** Absolute path. */
  readonly dataFolder: string
  /** Bytes of config.json. */
  readonly file: Uint8Array
  readonly environment: Environment
}

export interface CheckedConfig {
  /** undefined where there is a fault. */
  readonly config: Config | undefined
  /** Absolute path; known even with faults, so that the file is judged in the same run. */
  readonly keyEncryptionKeyFile: string
  readonly faults: readonly ConfigFault[]
}

/** File and environment to a complete Config, or to everything that is wrong with them. Pure. */
export function checkConfig(sources: ConfigSources): CheckedConfig {
  const { overrides, faults: environmentFaults } = readEnvironment(sources.environment)
  const parsed = parseFile(sources)
  if ('fault' in parsed) {
    const faults = [...environmentFaults, parsed.fault]
    return { config: undefined, keyEncryptionKeyFile: keyFile(sources, undefined), faults }
  }
  const merged = applyOverrides(parsed.value, overrides)
  const keyEncryptionKeyFile = keyFile(sources, isRecord(merged) ? merged['keyEncryptionKeyFile'] : undefined)
  const report = faultReport(sources.dataFolder, overrides)
  if (!validateConfigFile(merged)) {
    const faults = (validateConfigFile.errors ?? []).map((fault) => report(pointerOf(fault), wordsOf(fault)))
    return { config: undefined, keyEncryptionKeyFile, faults: [...environmentFaults, ...faults] }
  }
  const config = withDefaults(merged, keyEncryptionKeyFile)
  const faults = [...environmentFaults, ...ruleFaults(config, report)]
  return { config: faults.length === 0 ? config : undefined, keyEncryptionKeyFile, faults }
}

type Report = (pointer: string, message: string) => ConfigFault

/** Names the variable instead of the place in the file where the environment gave the value. */
function faultReport(dataFolder: string, overrides: readonly Override[]): Report {
  return (pointer, message) => {
    const override = overrides.find(({ variable }) => `${pointer}/`.startsWith(`${pointerOfVariable(variable)}/`))
    const file = quoted(filesOf(dataFolder).config)
    return {
      at: override?.variable.name ?? (pointer === '' ? '/' : pointer),
      code: 'config-invalid',
      message,
      mend: override === undefined ? `\${EDITOR:-vi} ${file}` : `unset ${override.variable.name}`,
    }
  }
}

function parseFile({ dataFolder, file }: ConfigSources): { readonly value: unknown } | { readonly fault: ConfigFault } {
  try {
    return { value: parseStrictJson(file) }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    const { reason, offset } = error.details
    const line = Buffer.from(file).toString('utf8').slice(0, Number(offset)).split('\n').length
    const at = filesOf(dataFolder).config
    const message = `is not readable as JSON: ${String(reason)} in line ${line}`
    return { fault: { at, code: 'config-invalid', message, mend: `\${EDITOR:-vi} ${quoted(at)}` } }
  }
}

/** systemd and container engines hand credentials over in a folder that only the service can read. */
function keyFile({ dataFolder, environment }: ConfigSources, configured: unknown): string {
  if (typeof configured === 'string' && configured !== '') return path.resolve(dataFolder, configured)
  const credentials = environment['CREDENTIALS_DIRECTORY']
  if (credentials !== undefined && credentials !== '') return path.resolve(credentials, 'trm-kek')
  return filesOf(dataFolder).credential
}

/** The defaults, by our own hand: a validator that fills in would be one that changes what it validates. */
function withDefaults(file: ConfigFile, keyEncryptionKeyFile: string): Config {
  return {
    label: file.label,
    country: file.country,
    organisation: file.organisation,
    url: file.url,
    federation: { host: '127.0.0.1', port: 8443, ...file.federation },
    local: { host: '127.0.0.1', port: 8444, ...file.local },
    trustedProxies: file.trustedProxies ?? [],
    keyEncryptionKeyFile,
    log: { level: 'info', ...file.log },
    rateLimits: { perPeerPerMinute: 600, perAddressPerMinute: 1200, ...file.rateLimits },
    directory: { introducers: [], vouchesNeeded: 2, ...file.directory },
    sending: { initials: false, ...file.sending },
  }
}

/** What one member alone cannot tell. */
function ruleFaults(config: Config, report: Report): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  if (!isSafeUrl(config.url)) faults.push(report('/url', 'must be an https URL; http only for a loopback host'))
  config.trustedProxies.forEach((proxy, index) => {
    if (isAddressRange(proxy)) return
    faults.push(report(`/trustedProxies/${index}`, 'must be an IP address or a CIDR range smaller than everything'))
  })
  if (!isLoopback(config.local.host)) {
    faults.push(
      report('/local/host', 'must be a loopback address: tokens and content would cross the network in clear'),
    )
  }
  if (clash(config.federation, config.local)) {
    faults.push(report('/local/port', 'is the port of the federation listener as well'))
  }
  return faults
}
