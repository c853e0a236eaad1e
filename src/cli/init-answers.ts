import type { Environment } from '../config/read-environment.js'
import { checkConfig } from '../config/check-config.js'
import { isCountry } from './is-country.js'
import type { Fault } from './outcome.js'

/** What a person says of a new node: flags, or answers to questions. Values as they were typed. */
export interface InitAnswers {
  readonly label?: string
  readonly country?: string
  readonly organisation?: string
  readonly url?: string
  readonly federationHost?: string
  readonly federationPort?: string
  readonly localPort?: string
  /** Absolute path. */
  readonly kek?: string
  readonly passphrase?: string
}

/** Flag of each answer, and the setting that it becomes. The passphrase is none: it never stands on a command line. */
export const initFlags: Readonly<Record<Exclude<keyof InitAnswers, 'passphrase'>, readonly [string, string]>> = {
  label: ['--label', '/label'],
  country: ['--country', '/country'],
  organisation: ['--organisation', '/organisation'],
  url: ['--url', '/url'],
  federationHost: ['--federation-host', '/federation/host'],
  federationPort: ['--federation-port', '/federation/port'],
  localPort: ['--local-port', '/local/port'],
  kek: ['--kek', '/keyEncryptionKeyFile'],
}

export interface InitSource {
  /** Absolute path. */
  readonly dataFolder: string
  readonly environment: Environment
}

export interface CheckedAnswers {
  /** Content of config.json. */
  readonly config: Readonly<Record<string, unknown>>
  readonly keyEncryptionKeyFile: string
  /** What is missing or wrong, by flag; the passphrase is left out. */
  readonly faults: readonly Fault[]
}

/** Judges the answers by the same rules as the start of the node. Pure. */
export function checkAnswers(answers: InitAnswers, { dataFolder, environment }: InitSource): CheckedAnswers {
  const config = configOf(answers)
  const file = Buffer.from(JSON.stringify(config))
  const { keyEncryptionKeyFile, faults } = checkConfig({ dataFolder, file, environment })
  const flags = Object.values(initFlags)
  return {
    config,
    keyEncryptionKeyFile,
    faults: [
      ...countryFaults(answers),
      ...faults.map(({ at, message, mend }) => {
        const flag = flags.find(([, pointer]) => pointer === at)?.[0]
        // What the flags say is mended on the command line; what the environment says, there.
        return flag === undefined ? { at, message, mend } : { at: flag, message }
      }),
    ],
  }
}

/** The schema knows the form of a country, not which there are. */
function countryFaults({ country }: InitAnswers): readonly Fault[] {
  if (country === undefined || !/^[A-Z]{2}$/.test(country) || isCountry(country)) return []
  return [{ at: '--country', message: 'is no country (ISO 3166, two letters, such as RO)' }]
}

const shortestPassphrase = 12

/** What is wrong with a passphrase, in words that continue its name. */
export function passphraseFault(passphrase: string): string | undefined {
  return [...passphrase].length < shortestPassphrase ? `must have at least ${shortestPassphrase} characters` : undefined
}

function configOf({ label, country, organisation, url, ...rest }: InitAnswers): Readonly<Record<string, unknown>> {
  const { federationHost, federationPort, localPort, kek } = rest
  const federation = { ...given('host', federationHost), ...given('port', portOf(federationPort)) }
  const local = given('port', portOf(localPort))
  return {
    ...given('label', label),
    ...given('country', country),
    ...given('organisation', organisation),
    ...given('url', url),
    ...(Object.keys(federation).length === 0 ? {} : { federation }),
    ...(Object.keys(local).length === 0 ? {} : { local }),
    ...given('keyEncryptionKeyFile', kek),
  }
}

function given(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [name]: value }
}

/** A text that is no port stays a text, for the schema to refuse. */
function portOf(text: string | undefined): string | number | undefined {
  return text !== undefined && /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : text
}
