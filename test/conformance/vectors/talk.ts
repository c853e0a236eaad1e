import { makeReceipt, day, now, type CastNode, type Json } from '../cast.js'
import { sha256, signMessage } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import { changedOffer, type OfferChange } from './changed-offer.js'
import { accepted, follow, judged, refused, signEvent, type Arrival, type Own, type Verdict } from './judged-events.js'

export interface Said {
  /** When it arrives; it was signed a minute before. Absent: at the time of the offer. */
  readonly at?: number
  /** When it was signed, where that is long before. */
  readonly iat?: number
  /** Its author had seen nothing of the other one since it spoke last. */
  readonly isBlind?: true
  /** The peer has receipted what the node wrote. */
  readonly isReceipted?: true
  /** Members of the event. */
  readonly change?: Json
  /** Code, and `after-fix` unless another follows. */
  readonly refused?: string | readonly [code: string, retry: string]
}

/** A thread between the node of a vector file and one of its peers: what the peer says arrives, what the node says is its own. */
export interface Talk {
  /** The grant of the offer. */
  readonly grant: string
  /** Digest of what the peer said. */
  readonly hear: (type: string, body: Json, said?: Said) => string
  /** Digest of what the node wrote. */
  readonly say: (type: string, body: Json, said?: Said) => string
  readonly end: (state: string) => Vector
}

type Party = 'peer' | 'node'

/** `by`: who offers the referral. `comment` decides all ids. */
export function talk(
  { node, peer, by }: { readonly node: CastNode; readonly peer: CastNode; readonly by: Party },
  comment: string,
  offer: OfferChange,
): Talk {
  const steps: (Arrival | Own)[] = []
  const verdicts: Verdict[] = []
  const [author, other] = by === 'peer' ? [peer, node] : [node, peer]
  const opening = changedOffer(author, other, comment, offer)
  const last: { [party in Party]: string | undefined } = { peer: undefined, node: undefined }
  const seen: { [party in Party]: string | undefined } = { peer: undefined, node: undefined }

  function write(party: Party, type: string, body: Json, said: Said): string {
    const [self, others] = party === 'peer' ? [peer, node] : [node, peer]
    const otherParty = party === 'peer' ? 'node' : 'peer'
    if (said.isBlind !== true) seen[party] = last[otherParty]
    const before = last[party] ?? opening
    const first = last[party] === undefined ? { n: 1, prev: null } : {}
    const iat = said.iat ?? (said.at ?? now) - 60
    const times = { iat, exp: iat + 30 * day }
    const event = follow(before, type, body, {
      from: self.id,
      to: others.id,
      ...first,
      seen: placeOf(seen[party]),
      ...times,
      ...said.change,
    })
    return signEvent(self, event)
  }

  function arrive(jws: string, said: Said): void {
    const own = last.node === undefined ? 0 : Number(payloadOf(last.node)['n'])
    const [code, retry = 'after-fix'] = typeof said.refused === 'string' ? [said.refused] : (said.refused ?? [])
    steps.push({ event: jws, at: said.at ?? now })
    verdicts.push(code === undefined ? accepted(jws, own) : refused(jws, code, retry, own))
    last.peer = jws
  }

  if (by === 'peer') arrive(opening, {})
  else steps.push({ own: opening })
  last[by] = opening
  return {
    grant: String(payloadOf(opening)['grant']),
    hear: (type, body, said = {}) => {
      const jws = write('peer', type, body, said)
      arrive(jws, said)
      return sha256(jws)
    },
    say: (type, body, said = {}) => {
      const jws = write('node', type, body, said)
      const heard = last.peer === undefined ? 0 : Number(payloadOf(last.peer)['n'])
      const receipt = signMessage(peer.signing, 'trm-receipt+jwt', makeReceipt(peer, jws, { own: heard }))
      steps.push(said.isReceipted === true ? { own: jws, receipt } : { own: jws })
      last.node = jws
      return sha256(jws)
    },
    end: (state) => judged(comment, steps, verdicts, state),
  }
}

function placeOf(jws: string | undefined): Json | null {
  return jws === undefined ? null : { n: payloadOf(jws)['n'], digest: sha256(jws) }
}

function payloadOf(jws: string): Json {
  return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Json
}
