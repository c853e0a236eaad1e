import type { Command } from 'commander'
import { loadConfig } from '../../config/load-config.js'
import { validateNodeView } from '../../wire/generated/validators.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { checkAlarms } from '../doctor/check-alarms.js'
import { checkDataFiles } from '../doctor/check-data-files.js'
import { checkIntroducers } from '../doctor/check-introducers.js'
import { checkAnswers, checkPorts } from '../doctor/check-listeners.js'
import { checkIdentityFiles } from '../doctor/check-identity-files.js'
import { checkMachine } from '../doctor/check-machine.js'
import { checkNode } from '../doctor/check-node.js'
import { checkPeers } from '../doctor/check-peers.js'
import { checkSettings } from '../doctor/check-settings.js'
import { checkSigningKey } from '../doctor/check-signing-key.js'
import type { Finding } from '../doctor/finding.js'
import { withExamples } from '../examples.js'
import { exitCodes } from '../exit-codes.js'
import { findRunningNode } from '../find-running-node.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { columns } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm doctor` */
export function doctor(parent: Command, run: RunCommand): void {
  const command = parent
    .command('doctor')
    .description('look at everything that a node needs: files, keys, databases, machine, listeners, peers')
  withExamples(command, ['trm doctor', 'trm doctor --data /var/lib/trm --json']).action(
    (_options: unknown, self: Command) =>
      run(self, async (context) => {
        const findings = await examine(context)
        const isWell = !hasFailed(findings)
        return {
          ok: true,
          result: { healthy: isWell, findings },
          lines: findingLines(findings),
          exitCode: isWell ? exitCodes.ok : exitCodes.refused,
        }
      }),
  )
}

/** From the outside in. What would only fail because something before it did is not looked at. */
async function examine(context: CommandContext): Promise<readonly Finding[]> {
  const source = { dataFolder: context.dataFolder, environment: context.io.env }
  const settings = await checkSettings(source)
  if (settings.some(({ code }) => code === 'not-initialised')) return settings
  const isRunning = (await findRunningNode(context.dataFolder)) !== undefined
  const files = isRunning ? [runningFiles] : await checkDataFiles(source)
  const outside = [...settings, ...checkMachine(context.dataFolder), ...files]
  if (hasFailed([...settings, ...files])) return outside

  const inside: Finding[] = []
  const outcome = await withLocalApi(context, async (api) => {
    inside.push(...(await examineNode(api, context)))
    return { ok: true, result: {}, lines: [] }
  })
  return [...outside, ...(outcome.ok ? inside : [findingOf(outcome)])]
}

const runningFiles: Finding = {
  level: 'ok',
  check: 'databases and keys',
  message: 'are open in the running node, which checked them at its start',
}

async function examineNode(api: LocalApi, { dataFolder, io }: CommandContext): Promise<readonly Finding[]> {
  const node = await api.ask({ method: 'GET', path: '/api/v1/node', answer: validateNodeView })
  if (!node.ok) return [findingOf(node)]
  const loaded = await loadConfig({ dataFolder, environment: io.env })
  const config = loaded.ok ? loaded.config : undefined
  const listeners =
    config === undefined ? [] : await (api.isRunning ? checkAnswers(config, node.body.id) : checkPorts(config))
  const introducers = config === undefined ? [] : checkIntroducers(config)
  const identityFiles = await checkIdentityFiles(api, dataFolder)
  const signingKey = await checkSigningKey(api)
  const parts = [introducers, identityFiles, signingKey, listeners, await checkPeers(api), await checkAlarms(api)]
  return [...checkNode(node.body), ...parts.flatMap((part) => ('ok' in part ? [findingOf(part)] : part))]
}

function findingOf({ problem }: Extract<Outcome, { readonly ok: false }>): Finding {
  return { level: 'fail', check: 'node', message: `cannot be asked: ${problem.title} (${problem.code})` }
}

function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'fail')
}

function findingLines(findings: readonly Finding[]): readonly string[] {
  const lines = columns(findings.map(({ level, check, message }) => [level, check, message]))
  return findings.flatMap(({ mend }, index) => [
    lines[index] ?? '',
    ...(mend === undefined ? [] : [`      mend: ${mend}`]),
  ])
}
