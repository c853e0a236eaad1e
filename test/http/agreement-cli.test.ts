import { writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { systemClock, toDay } from '../../src/base/clock.js'
import { verifiedAgreement } from '../../src/cli/verified-agreement.js'
import { offerDraft } from '../support/drafts.js'
import { Office, trm, until, type Json } from '../support/office.js'

/** As a person types it. */
const nameOf = (digest: string): string => digest.replace(/^-+/, '')

t.test('two offices agree, change it, suspend it, and take the evidence away, from the command line', async (t) => {
  const root = t.testdir()
  const [ro, it] = [new Office(t, root, 'RO'), new Office(t, root, 'IT')]
  const fileOf = (name: string, content: unknown): string => {
    const file = path.join(root, name)
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }
  for (const office of [ro, it]) await office.init()
  for (const office of [ro, it]) await office.start()
  await ro.json('peer', 'add', it.url, '--id', it.id, '--pin')
  await it.json('peer', 'add', ro.url, '--id', ro.id, '--pin')

  const now = systemClock.now()
  const { referral, grant } = offerDraft('')
  const days = { givenOn: toDay(now - 86_400_000), validUntil: toDay(now + 90 * 86_400_000) }
  const draft = fileOf('referral.json', { referral, grant: { ...grant, ...days } })
  const send = (): ReturnType<Office['trm']> => ro.trm('referral', 'send', draft, '--to', it.label, '--json')
  t.match(await send(), {
    code: 1,
    problem: { code: 'agreement-required', detail: /trm agreement propose PEER[^]*trm agreement list/ },
  })
  t.match(await ro.trm('agreement', 'list'), { code: 0, out: '', err: /No agreements yet: trm agreement propose/ })

  const { digest } = await ro.json('agreement', 'propose', it.label, '--days', '90')
  const short = nameOf(digest).slice(0, 8)
  const isAt = (office: Office, agreement: string, part: object): Promise<Json> =>
    until(
      () => office.trm('agreement', 'show', '--json', nameOf(agreement)),
      ({ code, result }) => code === 0 && Object.entries(part).every(([name, value]) => result[name] === value),
    )
  await isAt(it, digest, { state: 'proposed' })
  t.match((await it.trm('today')).out, new RegExp(`^Agreements that wait for you[^]*${short} +${ro.label}`))
  t.match(await ro.trm('today'), { out: '', err: /Nothing waits/ })
  t.match((await it.trm('peer', 'list')).out, 'proposed by them: your turn')
  t.match((await ro.trm('peer', 'list')).out, 'proposed by us: their turn')
  const mendOf = async (office: Office, other: Office): Promise<string> => {
    const { findings } = await office.json('doctor')
    return findings.find(({ check }: { check: string }) => check === `peer ${other.label}`).mend
  }
  t.equal(await mendOf(it, ro), `trm agreement show ${short}`)
  t.match(await mendOf(ro, it), /^wait/)
  const waiting = await it.trm('agreement', 'list', '--peer', ro.label)
  t.match(waiting.out, /^AGREEMENT +STATE +TEMPLATE[^]*proposed by them +informal/)
  t.ok(waiting.err.includes(`Waits for you: trm agreement show ${short}`))
  const page = await it.trm('agreement', 'show', short)
  for (const part of [`Agreement between`, ro.label, 'Clause 1: ', 'may send each other', digest])
    t.match(page.out, part)
  t.match(page.err, `It is your turn: trm agreement accept ${short}`)
  t.match((await ro.trm('agreement', 'show', short)).err, /their turn[^]*trm agreement decline/)
  t.match((await it.trm('agreement', 'show', '--html', short)).out, /^<!doctype html>\n/)
  t.match(await ro.trm('agreement', 'accept', '--json', short), {
    code: 1,
    problem: { code: 'agreement-not-open', detail: /trm agreement show AGREEMENT/ },
  })
  t.match(await it.json('agreement', 'accept', short), { standing: 'inForce' })
  await isAt(ro, digest, { standing: 'inForce' })

  const sent = (await send()).result
  const shown = await ro.trm('referral', 'show', sent.thread, '--all')
  t.ok(shown.out.includes(`under agreement ${digest}, clause 1`))

  await it.json('agreement', 'suspend', '--reason', 'incident', short)
  await isAt(ro, digest, { standing: 'suspended' })
  t.match(await send(), { problem: { code: 'agreement-suspended' } })
  t.match(await it.json('agreement', 'resume', short), { standing: 'inForce' })
  await isAt(ro, digest, { standing: 'inForce' })

  const changes = fileOf('changes.json', { retention: { daysAfterClosure: 30 } })
  const amended = await it.json('agreement', 'amend', '--terms', changes, short)
  t.match(amended.agreement, { replaces: digest, retention: { daysAfterClosure: 30 } })
  await isAt(ro, amended.digest, { state: 'proposed' })
  await ro.json('agreement', 'accept', nameOf(amended.digest))
  const renewed = await ro.json('agreement', 'renew', '--days', '30', nameOf(amended.digest))
  await isAt(it, renewed.digest, { state: 'proposed' })
  t.match(await it.json('agreement', 'decline', '--reason', 'notNow', nameOf(renewed.digest)), { state: 'declined' })
  t.match(await it.json('agreement', 'show', nameOf(digest)), { standing: 'replaced' })

  const exported = await it.trm('agreement', 'export', nameOf(amended.digest))
  const file = fileOf('agreement.json', exported.out)
  t.match(await trm(['agreement', 'verify', file, '--json']), {
    code: 0,
    result: { digest: amended.digest, valid: true, signers: [{ node: it.id }, { node: ro.id }] },
  })
  t.match(
    (await trm(['agreement', 'verify', file])).out,
    /signature valid; its key in force[^]*\nvalid: both parties signed\n$/,
  )
  const { signatures, ...rest } = JSON.parse(exported.out) as { signatures: readonly Json[] }
  const forged = fileOf('forged.json', { ...rest, signatures: [signatures[0], signatures[0]] })
  t.match(await trm(['agreement', 'verify', forged, '--json']), {
    code: 1,
    problem: { code: 'agreement-signature', detail: /Not both parties signed/ },
  })
  const reworded = fileOf('reworded.json', exported.out.replace('"daysAfterClosure": 30', '"daysAfterClosure": 31'))
  t.match(await trm(['agreement', 'verify', reworded, '--json']), {
    code: 1,
    problem: { code: 'agreement-invalid', detail: /not the one that was signed/ },
  })
  const key = { kid: 'k', notBefore: 0, notAfter: 2_000_000_000 }
  const [superseded, compromised] = (['superseded', 'compromised'] as const).map((revokedFor) =>
    verifiedAgreement({
      digest: amended.digest,
      signers: [{ ...key, node: it.id, endsAt: 1_790_000_000, revokedFor }],
    }),
  )
  t.match(superseded, { result: { valid: true }, exitCode: undefined })
  t.match(superseded?.lines.join('\n'), /revoked as superseded from 2026-09-21T[^]*\nvalid: both/)
  t.match(compromised, { result: { valid: false }, exitCode: 1 })
  t.match(compromised?.lines.join('\n'), /COMPROMISED since 2026-09-21T[^]*ask both[^]*\nNOT valid/)
  t.match(await trm(['agreement', 'verify', draft, '--json']), { code: 2, problem: { code: 'usage' } })

  t.match(await ro.trm('agreement', 'show', 'zzzz', '--json'), { problem: { code: 'agreement-not-found' } })
  t.match(await ro.trm('agreement', 'show', 'x', '--json'), { code: 2, problem: { code: 'usage' } })
  const both = ['agreement', 'propose', it.label, '--terms', changes, '--days', '5', '--json']
  t.match(await ro.trm(...both), { code: 2, problem: { code: 'usage' } })
  const faulty = await ro.trm('agreement', 'propose', it.label, '--terms', changes, '--json')
  t.match(faulty, { problem: { code: 'schema-invalid' } })
  t.ok(
    faulty.problem.faults.some(({ at }: { at: string }) => at.startsWith('/terms')),
    'what is missing is named',
  )
})
