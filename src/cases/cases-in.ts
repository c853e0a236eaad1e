import { maxPageItems } from '../wire/limits.js'
import type { CaseRow } from '../store/case-rows.js'
import type { CaseDeps } from './case-deps.js'

/** The cases of the node in one state, page after page; nothing of them is decrypted. */
export async function* casesIn(
  { store }: Pick<CaseDeps, 'store'>,
  state: 'open' | 'closed',
): AsyncGenerator<CaseRow & { readonly code: string }> {
  let after: { readonly updatedAt: number; readonly id: string } | undefined
  do {
    const page = await store.listCases({
      limit: maxPageItems,
      state,
      ...(after === undefined ? {} : { after }),
    })
    for (const row of page) {
      const { code } = row
      if (code !== null) yield { ...row, code }
    }
    after = page.length < maxPageItems ? undefined : page.at(-1)
  } while (after !== undefined)
}
