import { day, now, type Cast, type CastNode, type Json } from '../cast.js'
import { bytesOf, rawKey, sha256, signMessage, type RawKey } from '../raw-jose.js'
import { accepts, refuses, type Vector } from '../vector-file.js'
import { approve, followStatement } from './statement-chain.js'

interface NodeDocument {
  readonly statements: readonly string[]
  readonly card: string
}

/** Vectors of cards.json in which the reader holds a document of the node already. */
export function cardSuccessionVectors(cast: Cast): readonly Vector[] {
  return [...sequences(cast), ...chains(cast.ro), ...revokedKeys(cast.ro), ...identityChanges(cast.ro)]
}

function document(
  node: CastNode,
  change: Json,
  statements = node.document.statements,
  key = node.signing,
): NodeDocument {
  return { statements, card: signMessage(key, 'trm-card+jwt', { ...node.card, ...change }) }
}

function okFor(ro: CastNode, seq: unknown): Json {
  return { seq, endsAt: ro.card['exp'], sealTo: ro.prekey.kid }
}

function sequences({ ro, it }: Cast): readonly Vector[] {
  const seq = Number(ro.card['seq'])
  const held = ro.document
  return [
    accepts('a higher sequence wins', { held, document: document(ro, { seq: seq + 1 }) }, okFor(ro, seq + 1)),
    accepts('the same card again', { held, document: held }, okFor(ro, seq)),
    refuses(
      'a lower sequence: somebody serves an old card',
      { held: document(ro, { seq: seq + 1 }), document: held },
      'card-rollback',
    ),
    refuses(
      'a lower sequence, signed later',
      { held, document: document(ro, { seq: seq - 1, iat: now, exp: now + day }) },
      'card-rollback',
    ),
    refuses(
      'one sequence, two cards',
      { held, document: document(ro, { label: 'Another label' }) },
      'card-equivocation',
    ),
    refuses(
      'one sequence, two cards, although the second one was signed with a newer key',
      {
        held: { ...held, statements: [...held.statements, withNewKey(ro, { at: now, reason: 'superseded' })] },
        document: document(
          ro,
          { iat: now },
          [...held.statements, withNewKey(ro, { at: now, reason: 'superseded' })],
          newSigning,
        ),
      },
      'card-equivocation',
    ),
    refuses('another node answers', { held, document: it.document }, 'node-id-mismatch'),
    refuses(
      'a higher sequence, not signed by the node',
      { held, document: { ...held, card: signMessage(it.signing, 'trm-card+jwt', { ...ro.card, seq: seq + 1 }) } },
      'card-invalid',
    ),
    refuses(
      'a higher sequence of a node with other keys',
      { held, document: impostor(ro, seq + 1) },
      'node-id-mismatch',
    ),
  ]
}

function chains(ro: CastNode): readonly Vector[] {
  const seq = Number(ro.card['seq'])
  const [first = ''] = ro.document.statements
  const [second, fork] = [now - 600, now - 60].map((iat) => followStatement(ro.identity, first, { seq: now, iat })) as [
    string,
    string,
  ]
  const held = document(ro, {}, [first, second])
  return [
    accepts(
      'the chain of statements grows',
      { held: ro.document, document: document(ro, { seq: seq + 1 }, [first, second]) },
      okFor(ro, seq + 1),
    ),
    accepts(
      'a shorter chain: the longer one stays, and the card counts by it',
      { held, document: document(ro, { seq: seq + 1 }, [first]) },
      okFor(ro, seq + 1),
    ),
    refuses(
      'two statements after one',
      { held, document: document(ro, { seq: seq + 1 }, [first, fork]) },
      'statement-equivocation',
    ),
    refuses(
      'another first statement',
      {
        held,
        document: document(ro, { seq: seq + 1 }, [
          signMessage(ro.identity, 'trm-keys+jwt', { ...ro.statement, iat: now - 60 }),
        ]),
      },
      'statement-equivocation',
    ),
  ]
}

const newSigning = rawKey('Ed25519', bytesOf('second signing key', 32))

/** A second statement: the first signing key is revoked, another one follows. */
function withNewKey(ro: CastNode, revocation: Json): string {
  const [first] = ro.statement['signing'] as readonly Json[]
  const signing = [
    { ...first, revoked: revocation },
    { key: newSigning.x, notBefore: now - 7200, notAfter: now + 365 * day },
  ]
  return followStatement(ro.identity, ro.document.statements[0] ?? '', { iat: now - 600, signing })
}

function revokedKeys(ro: CastNode): readonly Vector[] {
  const seq = Number(ro.card['seq'])
  const [first = ''] = ro.document.statements
  const stolen = withNewKey(ro, { at: now - 600, reason: 'compromised', compromisedSince: now - 600 })
  const superseded = withNewKey(ro, { at: now - 600, reason: 'superseded' })
  const thief = document(ro, { seq: seq + 1000, label: 'Thief' })
  return [
    accepts(
      'a lower sequence where the key of the held card was stolen',
      { held: thief, document: document(ro, {}, [first, stolen], newSigning) },
      okFor(ro, seq),
    ),
    accepts(
      'the same sequence where the key of the held card was stolen',
      { held: document(ro, { label: 'Thief' }), document: document(ro, {}, [first, stolen], newSigning) },
      okFor(ro, seq),
    ),
    accepts(
      'a lower sequence where the key of the held card was given up',
      {
        held: thief,
        document: document(ro, {}, [first, withNewKey(ro, { at: now - 600, reason: 'ceased' })], newSigning),
      },
      okFor(ro, seq),
    ),
    refuses(
      'a lower sequence where the key of the held card was superseded after it: that card still counts',
      { held: thief, document: document(ro, {}, [first, superseded], newSigning) },
      'card-rollback',
    ),
    refuses(
      'a card of the stolen key with a higher sequence, under a chain from before',
      { held: document(ro, {}, [first, stolen], newSigning), document: thief },
      'card-rollback',
    ),
  ]
}

function identityChanges(ro: CastNode): readonly Vector[] {
  const seq = Number(ro.card['seq'])
  const [first = ''] = ro.document.statements
  const [life] = ro.statement['signing'] as readonly Json[]
  const change = { identityKey: ro.next.x, nextKeyHash: sha256('the one after it'), iat: now - 600 }
  const changed = (signing: readonly Json[], approver?: RawKey): string =>
    followStatement(ro.next, first, {
      ...change,
      signing,
      ...(approver === undefined ? {} : { approval: approve(approver, ro.id, first, change) }),
    })
  const added = [life as Json, { key: newSigning.x, notBefore: now - 7200, notAfter: now + 365 * day }]
  const waiting = [first, changed(added)]
  return [
    accepts(
      'another identity key, approved by the old one, and a card of a key that it lists',
      { held: ro.document, document: document(ro, { seq: seq + 1 }, [first, changed(added, ro.identity)], newSigning) },
      okFor(ro, seq + 1),
    ),
    accepts(
      'another identity key without approval, and a card of a key that was listed before: the change waits, the card counts',
      { held: ro.document, document: document(ro, { seq: seq + 1 }, waiting) },
      okFor(ro, seq + 1),
    ),
    refuses(
      'another identity key without approval, and a card of a key that only it lists',
      { held: ro.document, document: document(ro, { seq: seq + 1 }, waiting, newSigning) },
      'rotation-pending',
    ),
    accepts(
      'another identity key without approval that the first sight of the node had already',
      { held: document(ro, {}, waiting), document: document(ro, { seq: seq + 1 }, waiting, newSigning) },
      okFor(ro, seq + 1),
    ),
  ]
}

/** A node with keys of its own that calls itself what `node` is called. */
function impostor(node: CastNode, seq: number): NodeDocument {
  const identity = rawKey('Ed25519', bytesOf('impostor identity', 32))
  const signing = rawKey('Ed25519', bytesOf('impostor signing', 32))
  const nextKeyHash = sha256(bytesOf('impostor next', 32))
  const id = sha256(`{"identityKey":"${identity.x}","nextKeyHash":"${nextKeyHash}"}`)
  const [life] = node.statement['signing'] as readonly Json[]
  const statement = {
    ...node.statement,
    node: id,
    identityKey: identity.x,
    nextKeyHash,
    signing: [{ ...life, key: signing.x }],
  }
  return {
    statements: [signMessage(identity, 'trm-keys+jwt', statement)],
    card: signMessage(signing, 'trm-card+jwt', {
      ...node.card,
      node: id,
      seq,
      log: { ...(node.card['log'] as Json), origin: `trm.node/${id}/1` },
    }),
  }
}
