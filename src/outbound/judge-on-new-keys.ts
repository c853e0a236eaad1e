import { traceOf, type Logger } from '../base/logger.js'
import { judgeAgain, type JudgeAgainDeps } from '../agreements/judge-again.js'
import type { OwnStatements } from '../directory/own-statements.js'
import type { PeerDirectory } from '../directory/peer-directory.js'

export type JudgeOnNewKeysDeps = JudgeAgainDeps & {
  readonly directory: PeerDirectory
  readonly statements: OwnStatements
  readonly log: Logger
}

export interface JudgeOnNewKeys {
  /** The peers, whose agreements are judged again where their key statements change. */
  readonly directory: PeerDirectory
  /** The own statements, after a change of which all agreements are judged again. */
  readonly statements: OwnStatements
  /** Judges where a key was revoked: a stop between new statements and this leaves nothing behind. */
  run(): Promise<void>
}

/** Whatever changes the keys that signatures are judged by has the agreements judged by the new ones (PROTOCOL 6.4). */
export function judgeOnNewKeys(deps: JudgeOnNewKeysDeps): JudgeOnNewKeys {
  const { directory, statements, log } = deps
  const judge = async (node: string): Promise<void> => {
    try {
      await judgeAgain(deps, node)
      await directory.reload(node)
    } catch (error) {
      // The statements count all the same; the next start judges again.
      log.error({ peer: node, ...traceOf(error) }, 'agreements not judged again')
    }
  }
  const judgeAll = async (): Promise<void> => {
    for (const { row } of directory.list()) await judge(row.node)
  }
  return {
    directory: {
      ...directory,
      async reload(node) {
        const before = directory.find(node)?.row.statements
        await directory.reload(node)
        if (before !== undefined && directory.find(node)?.row.statements !== before) await judge(node)
      },
    },
    statements: {
      ...statements,
      async install(statement) {
        await statements.install(statement)
        await judgeAll()
      },
    },
    async run() {
      const isRevoked = ({ signingKeys }: ReturnType<OwnStatements['verified']>): boolean =>
        signingKeys.some(({ revokedFor }) => revokedFor === 'compromised' || revokedFor === 'ceased')
      if (isRevoked(statements.verified())) return judgeAll()
      for (const peer of directory.list()) if (isRevoked(peer.statements)) await judge(peer.row.node)
    },
  }
}
