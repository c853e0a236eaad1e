import type { CommandContext } from './command-context.js'
import type { LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'
import { resolveCase } from './resolve-case.js'
import { withLocalApi } from './with-local-api.js'

/** Opens the local API for a command about one case, as a person names it; `use` gets its whole code or id. */
export function withCase(
  context: CommandContext,
  name: string,
  use: (api: LocalApi, whole: string) => Promise<Outcome>,
): Promise<Outcome> {
  return withLocalApi(context, async (api) => {
    const found = await resolveCase(api, name)
    return found.ok ? use(api, found.name) : found
  })
}
