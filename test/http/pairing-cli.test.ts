import { PassThrough } from 'node:stream'
import t from 'tap'
import { runCli } from '../../src/cli/run-cli.js'
import { Collector, Office, until } from '../support/office.js'

/** A command in front of which a person sits. */
class Person {
  readonly #keyboard = new PassThrough()
  readonly #screen = new Collector()
  readonly #out = new Collector()
  readonly #ended: Promise<number>

  constructor(office: Office, ...words: readonly string[]) {
    this.#ended = runCli([...words, '--data', office.folder], {
      stdin: this.#keyboard,
      stdout: this.#out,
      stderr: this.#screen,
      env: {},
      cwd: '/',
      isTty: true,
    })
  }

  /** Waits for a text on the screen, and returns what of it is in the pattern's group. */
  async sees(pattern: RegExp): Promise<string> {
    const text = await until(
      async () => this.#screen.text,
      (shown) => pattern.test(shown),
    )
    return pattern.exec(text)?.[1] ?? ''
  }

  types(text: string): void {
    this.#screen.text = ''
    this.#keyboard.write(text)
    this.#keyboard.write('\r')
  }

  async ends(): Promise<{ readonly code: number; readonly out: string; readonly screen: string }> {
    return { code: await this.#ended, out: this.#out.text, screen: this.#screen.text }
  }
}

const shownDigits = /digits {2,}(\d{4} \d{4} \d{4})/

// Making a node is dear, so two offices go through all of it, one thing after the other.
t.test('pairing from the command line', async (t) => {
  const root = t.testdir()
  const [ro, it] = [new Office(t, root, 'RO'), new Office(t, root, 'IT')]
  for (const office of [ro, it]) {
    t.equal((await office.init()).code, 0)
    await office.start()
  }

  await t.test('every refusal of a pairing says what to do', async (t) => {
    const { invitation } = await ro.json('invite')
    const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
      [['join', `${ro.url}#0000-0000-0000-0000-0000`, '--pin'], 'peer-refused-envelope', /first eight characters/],
      [['join', invitation], 'peer-address-refused', /--pin/],
      [['join', `${invitation.slice(0, -4)}ZZZZ`, '--pin'], 'invitation-secret-wrong', /character by character/],
    ]
    for (const [words, code, wayOut] of cases) {
      const ran = await it.trm(...words, '--json')
      t.match(ran, { code: 1, problem: { code } }, words.join(' '))
      t.match(ran.err, wayOut)
      t.notMatch(ran.err, invitation.split('#')[1])
    }
    for (const [words, told] of [
      [['join', 'nonsense'], /This is no invitation/],
      [['invite', '--hours', '169'], /--hours must be at most 168/],
    ] as const) {
      t.match(await it.trm(...words), { code: 2, err: told })
    }
    const joined = await it.json('join', invitation, '--pin')
    const wrong = joined.digits.replace(/^./, (first: string) => (first === '9' ? '0' : '9'))
    t.match(await it.trm('peer', 'confirm', ro.label, '--digits', wrong), {
      code: 1,
      err: /Nothing is paired here, and the other node hears nothing of it[^]*trm peer remove/,
    })
    const alone = await ro.trm('peer', 'confirm', it.label, '--digits', joined.digits, '--pin')
    t.match(alone, { code: 0, out: /confirmed +Test office, IT, by this side alone/, err: /trm peer remove/ })
    t.notMatch(alone.out, 'paired', 'the other side destroyed the pairing')
    await ro.json('peer', 'remove', it.id)
    const person = new Person(ro, 'invite', '--pin')
    const again = await person.sees(/trm join (\S+)/)
    const { digits } = await it.json('join', again, '--pin')
    await person.sees(/(reads to you)/)
    person.types(digits.replace(/.$/, (last: string) => (last === '9' ? '0' : '9')))
    t.match(await person.ends(), { code: 1, screen: /pairing-digits-wrong/ })
    const unpinned = new Person(ro, 'invite')
    const waiting = await it.json('join', await unpinned.sees(/trm join (\S+)/), '--pin')
    const refused = await unpinned.ends()
    t.match(refused, {
      code: 1,
      screen: /peer-address-refused[^]*trm peer confirm (\S+) --digits "0000 0000 0000" --pin/,
    })
    t.notMatch(refused.screen, 'reads to you', 'no digits are asked where they would be in vain')
    const [left] = (await ro.json('peer', 'pairings')).pairings
    t.match(refused.screen, left.id)
    await ro.json('peer', 'cancel', left.id)
    await it.json('peer', 'cancel', waiting.id)
  })

  await t.test('two people pair their offices over a telephone call', async (t) => {
    const inviting = new Person(ro, 'invite', '--pin')
    const invitation = await inviting.sees(/trm join (\S+)/)
    t.equal(await inviting.sees(/code +(\S.+)\n/), invitation.split('#')[1]?.replaceAll('-', '  '))
    const joining = new Person(
      it,
      'join',
      ...invitation.toLowerCase().replace('#', ' ').replaceAll('-', ' ').split(' '),
      '--pin',
    )
    const [read, heard] = [await inviting.sees(shownDigits), await joining.sees(shownDigits)]
    t.equal(read, heard)
    t.match(await inviting.sees(/label +(.+)/), it.label)
    await Promise.all([inviting, joining].map((person) => person.sees(/(reads to you)/)))
    inviting.types('12')
    await inviting.sees(/(twelve digits)/)
    inviting.types(`${'\u007f'.repeat(2)}${heard}`)
    joining.types(read.replaceAll(' ', ''))
    for (const [person, other] of [
      [inviting, it],
      [joining, ro],
    ] as const) {
      t.match(await person.ends(), { code: 0, out: new RegExp(`(?:paired|confirmed) +${other.label}`) })
    }
    t.match(await ro.json('peer', 'ping', it.label), { peer: it.id })
    t.match(await it.json('peer', 'how-do-you-see-me', ro.label), { peer: ro.id, failures: 0 })
    t.match((await it.trm('peer', 'how-do-you-see-me', ro.label)).out, /our card +sequence \d+/)
  })

  await t.test('a peer is listed, shown, suspended, resumed and removed', async (t) => {
    t.match((await ro.trm('peer', 'show', it.label)).out, new RegExp(`fingerprint +[A-Z2-7-]{19}[^]*state +ok`))
    t.match(await ro.json('peer', 'suspend', it.label, '--reason', 'keyInDoubt'), { suspendedFor: 'keyInDoubt' })
    t.match((await ro.trm('peer', 'list')).out, /suspended \(keyInDoubt\)/)
    t.match(await it.trm('peer', 'ping', ro.label, '--json'), {
      code: 1,
      problem: { code: 'peer-suspended', toldBy: 'peer', detail: /They suspended or removed this node[^]*pair anew/ },
    })
    t.match(await ro.trm('peer', 'ping', it.label), { code: 1, err: /This node suspended them[^]*trm peer resume/ })
    t.match(await ro.trm('peer', 'suspend', it.label, '--reason', 'mood', '--json'), {
      code: 2,
      problem: { code: 'usage', faults: [{ at: '--reason', message: /one of incident, keyInDoubt/ }] },
    })
    t.match(await ro.json('peer', 'resume', it.label), { id: it.id })
    await it.json('peer', 'ping', ro.label)

    t.match(await ro.json('peer', 'remove', it.label), { removed: it.id })
    t.match(await ro.json('peer', 'list'), { peers: [] })
    t.match((await ro.trm('peer', 'list', '--removed')).out, /removed/)
    t.match(await ro.trm('peer', 'resume', it.id, '--json'), { code: 1, problem: { code: 'peer-removed' } })
    await it.json('peer', 'remove', ro.id)
    t.match(await ro.json('alarm', 'list'), { alarms: [] })
    t.match((await ro.trm('alarm', 'list')).err, 'No alarm is open.')
    t.match(await ro.trm('alarm', 'acknowledge', it.id, '--json'), { code: 1, problem: { code: 'alarm-not-found' } })
  })

  await t.test('what is not asked on a terminal is done with a command of its own', async (t) => {
    const made = await ro.json('invite', '--hours', '2')
    t.match(made, { id: /^[0-9A-Z]{8}$/, invitation: new RegExp(`^${ro.url}#`) })
    const noWait = await ro.trm('invite', '--no-wait', '--pin')
    t.match(noWait.out, /trm join http\S+ --pin\n/, 'the address of this node is reached by a pin alone')
    t.match(noWait.err, /trm peer pairings[^]*trm peer confirm LABEL --digits "0000 0000 0000" --pin\n/)
    const [, code] = /trm peer cancel (\S{8})\n/.exec(noWait.err) ?? []
    t.match(await ro.json('peer', 'cancel', String(code)), { cancelled: code })
    t.match(await ro.trm('peer', 'cancel', String(code), '--json'), { code: 1, problem: { code: 'invitation-used' } })
    t.match(await ro.trm('peer', 'pairings'), { code: 0, out: '', err: /No pairing is under way/ })
    const joined = await it.json('join', made.invitation, '--pin')
    t.match(joined, { node: ro.id, digits: /^\d{4} \d{4} \d{4}$/ })
    const people = await it.trm('join', made.invitation, '--pin', '--no-wait')
    t.match(people, { code: 0, out: shownDigits, err: /trm peer confirm[^]*trm peer pairings/ })
    const underWay = await ro.trm('peer', 'pairings')
    t.match((await ro.trm('today')).out, /^Pairings that wait for the digits: trm peer pairings\n[^]*\n$/)
    for (const part of [it.label, joined.digits, /trm peer confirm \S+ --digits "0000 0000 0000" --pin\n/]) {
      t.match(underWay.out, part)
    }
    t.match(await ro.json('peer', 'pairings'), { pairings: [{ role: 'inviter', digits: joined.digits }] })
    t.match(await ro.trm('peer', 'confirm', it.label, '--digits', joined.digits, '--json'), {
      code: 1,
      problem: { code: 'peer-address-refused', detail: /--pin/ },
    })
    t.match(await ro.json('peer', 'confirm', it.label, '--digits', joined.digits, '--pin'), { id: it.id })
    t.match(await it.trm('peer', 'confirm', ro.label, '--digits', '12', '--json'), {
      code: 2,
      problem: { code: 'usage', faults: [{ at: '--digits' }] },
    })
    t.match(await it.json('peer', 'confirm', joined.id, '--digits', joined.digits, '--pin'), {
      id: ro.id,
      confirmedByPeer: true,
    })
    t.match(await it.trm('peer', 'confirm', ro.label, '--digits', joined.digits, '--json'), {
      code: 1,
      problem: { code: 'pairing-not-found' },
    })
  })

  await t.test('a pairing that waits is given up by its label', async (t) => {
    for (const [office, other] of [
      [ro, it],
      [it, ro],
    ] as const) {
      await office.json('peer', 'remove', other.id)
    }
    await it.json('join', (await ro.json('invite')).invitation, '--pin')
    t.match(await ro.trm('peer', 'cancel', it.label), { code: 0, out: /cancelled/, err: /trm peer remove/ })
    t.match(await ro.json('peer', 'pairings'), { pairings: [] })
  })

  await t.test('without a running node an invitation is made and says that the node must run', async (t) => {
    await ro.stop()
    t.match(await ro.trm('invite'), { code: 0, out: /trm join http/, err: /trm serve/ })
  })
})
