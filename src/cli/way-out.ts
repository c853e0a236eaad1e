import type { ProblemCode } from '../base/errors.js'

const sentences: Partial<Readonly<Record<ProblemCode, string>>> = {
  'peer-address-refused':
    'A private or loopback address, or one without https, is reached only if you say so: add --pin if you mean exactly this host.',
  'peer-refused-envelope':
    'Have they confirmed the pairing, and not removed this node? Ask its people: trm peer list --removed. Only if they removed it, pair anew: trm invite.\nIf your keys changed lately, they run trm peer ping with this node; nobody removes anything.',
  'node-id-mismatch':
    'Ask the people of that node for its id again, on a way you trust. Do not just take the id that answers.',
  'peer-unreachable': 'Nothing answers there: check address and port, and that their node runs.',
  'peer-timeout': 'Something is there but did not answer in time: try again, then ask the people of that node.',
  'peer-answer-invalid':
    'What answers there is no node, or one of another version: check the address (trm peer show PEER), then ask its people.',
  'peer-known': 'It is in the list already: trm peer list. To pair with it anew, remove it first: trm peer remove PEER',
  'peer-unknown': 'See who is there: trm peer list. A new one: trm invite',
  'peer-suspended':
    'This node suspended them. See since when and why: trm peer show PEER. To end it: trm peer resume PEER',
  'peer-removed': 'To exchange with it again, pair anew: trm invite, or trm join with their invitation.',
  'invitation-not-found': 'No invitation begins so. An invitation is named by the first eight characters of its code.',
  'invitation-expired': 'Ask its people for another invitation (trm invite).',
  'invitation-used':
    'If it was not you who used it, tell its people: somebody else may have heard the code. Then ask for another one.',
  'invitation-secret-wrong': 'Compare the code with its people, character by character, and try again.',
  'pairing-digits-wrong':
    'Nothing is paired here, and the other node hears nothing of it: tell its people. If they confirmed, they run trm peer remove with the id of this node. Then begin again on another connection: trm invite',
  'pairing-commitment-broken': 'Nothing is paired. Tell the people of the other side, and begin again: trm invite',
  'pairing-not-found': 'Begin again: trm invite, or trm join with their invitation.',
  'pairing-with-self':
    'This is the very node that you ask. Its invitation and its id are for the people of the other one: they run trm join.',
  'label-lookalike':
    'Ask its people which office they are, and compare with: trm peer list. If it is another one, add --accept-lookalike',
  'agreement-required':
    'Propose one: trm agreement propose PEER. If one of theirs waits for you: trm agreement list, then accept it.',
  'agreement-ended': 'Renew it: trm agreement renew AGREEMENT (see which: trm agreement list)',
  'agreement-suspended':
    'See who suspended it: trm agreement show AGREEMENT. That side ends it: trm agreement resume AGREEMENT',
  'agreement-term':
    'See what may flow: trm agreement show AGREEMENT. Ask for less, or propose a change: trm agreement amend --help',
  'agreement-invalid':
    'The agreement cannot be as it stands: senders are the two nodes, numbers of clauses differ, it ends in time to come, within five years.',
  'agreement-signature': 'One side alone has signed so far: trm agreement show AGREEMENT',
  'agreement-not-open':
    'It was decided already, or it is the turn of the other side: trm agreement show AGREEMENT says what can be done now.',
  'referral-declined':
    'See why: trm referral show THREAD. Find another place: trm directory search --help, then trm referral reopen THREAD FILE --to PEER',
  'case-not-continued':
    'See why: trm referral show THREAD. Find another place: trm directory search --help, then trm referral reopen THREAD FILE --to PEER',
  'withdrawn-at-peer':
    'See what: trm referral show THREAD. Write it down in her case: trm case withdraw CASE CONSENT. Nothing goes out by that consent before.',
  'withdrawal-unrecorded':
    'Write down what the person said: trm case withdraw CASE CONSENT; or, if she agrees to something again: trm case consent CASE FILE --changes CONSENT',
  'grant-before-withdrawal':
    'See what she took back: trm referral show THREAD. Ask her anew, and write down the day on which she agreed (givenOn).',
  'journey-not-begun':
    'By the travel notice the journey has not begun: trm referral show THREAD. If she left earlier, the sender says so first: trm referral travel --help',
  'journey-unsettled': 'See how the referral stands: trm referral show THREAD. Call the desk of the other side.',
  'onward-not-allowed':
    'It goes on to whom, and for what, the sender agreed: trm referral show THREAD. A case goes on once: for another office ask the sender to refer it anew.',
  'onward-holder-untold':
    'See who holds it: trm referral show THREAD. Call the people there; what the directory has of them: trm directory show NODE',
  'onward-consent-wider':
    'See what it holds: trm referral show THREAD. Call the people there; what the directory has of them: trm directory show NODE',
  'step-undone':
    'See which step and how the referral stands: trm referral show THREAD --all. The other side never got it: decide again.',
  'thread-full':
    'The thread has grown too long for this step: end it (trm referral propose-closure THREAD), and continue in a new referral: trm referral reopen THREAD FILE',
  'too-many-questions': 'Twenty questions of yours wait for an answer: trm referral show THREAD. Call them, or wait.',
  'respond-by-mismatch': 'It names another day than the referral has (respondBy): trm referral show THREAD',
  'agreement-undone': 'See what is in force now: trm agreement list. Then propose anew: trm agreement propose PEER',
  'agreement-not-found': 'See what there is: trm agreement list',
  'transition-not-allowed':
    'The state of the referral, or your part in it, does not allow this step. See what can be done: trm referral show THREAD',
  'thread-not-found':
    'See what there is: trm referral list. A thread is named by its id or the first eight characters of it.',
  'alarm-not-found':
    'See which are open: trm alarm list. An alarm is named by its id, or four characters or more that it begins with.',
  'signing-key-ended':
    'The signing key of this node has ended: peers would refuse whatever it signs. A new one: trm key rotate --help',
  'statement-stale': 'Other keys were installed since the request was made. Make it anew: trm key request --help',
  'passphrase-wrong': 'The identity file does not open with it. Both files of a pair have the same passphrase.',
  'contact-personal':
    'Name a mailbox of the office or of a job, such as duty-desk@ or info@: people change, and their names do not belong here.',
  'desk-without-service': 'Name what the desk gives (services) and handles (referralTypes), or leave the desk out.',
  'contact-invalid':
    'Look at desk names (each once), time zone (as Europe/Bucharest), hours (from before until) and dates.',
  'contact-not-found': 'See the own records: trm directory show. Others: trm directory search --stale',
  'desk-not-found': 'See the desks of the record: trm directory show',
  'desk-stale':
    'Call the desk. If it answers: --desk DESK --override-stale confirmedByPhone. Its people end this with: trm directory check DESK',
  'desk-closed':
    'Look for another desk: trm directory search --help. If it agreed: --desk DESK --override-stale confirmedByPhone',
  'desk-not-competent':
    'The desk, or every desk of this peer, does not take referrals of this type; no override helps. See its desks: trm directory show PEER. Who takes it: trm directory search --type TYPE. Or ask the people of the peer to publish a desk that does.',
  'rotation-pending':
    'Its identity key was changed by one of its two keys alone. Ask its people, then pair by invitation: trm invite',
  'case-not-found': 'See which there are: trm case list. A case is named by its code or its whole id.',
  'case-code-taken': 'Choose another code, or leave it out: trm case create',
  'case-entry-not-found': 'See the entries of the case, and which are done: trm case show CASE',
  'vault-member-missing':
    'Nothing was changed: the vault holds more than the file. To add to it: trm case vault CASE --add FILE. What really goes, name it: --remove NAME. See what it holds: trm case vault CASE',
  'case-still-held':
    'Say what becomes of the referrals that receivers still hold: --withdraw or --leave. See who they are: trm case holders CASE',
  'recipient-not-named':
    'Ask the person. If she agrees, record it with this recipient by name: trm case consent CASE FILE --changes CONSENT',
  'measure-not-found': 'See the catalogue: trm sop list, and the plan: trm case show CASE',
  'identity-found':
    'Take the passages out and send again, or add --leave-out: each becomes [left out]. Not every name is found: read the text yourself as well.',
  'identity-doubtful':
    'Look at the places. What can identify her is taken out; for the rest say why it goes: --accept-doubts notIdentifying, institution, neededForSafety or neededForService.',
  'identity-masked':
    'See what is masked: trm referral show THREAD. Tell the people of the sender that their text holds identity data.',
  'initials-not-allowed':
    'Leave /referral/subject/initials out. Whether initials leave this node its operator decides: sending.initials in config.json.',
  'consent-too-narrow':
    'The data categories of the consent do not cover these parts: leave them out, or ask the person and record a wider consent. What covers what: trm codes dataCategory',
  'travel-not-ready':
    'Exact times go for a referral that asks for a journey, within three days before the arrival, departure before arrival, and once the other side said that somebody will be there: --reception-confirmed.',
  'return-risk-not-assessed':
    'Assess the risk of the journey together with the other side first: ask them, or answer them, in the thread. Then --assessed joint; in a referral: /referral/risk/jointlyAssessed.',
  'section-missing':
    'The type of the referral needs these parts. A file that has them all: trm referral new TYPE --nationality COUNTRY',
  'guardianship-missing': 'Say who is responsible for the child: trm codes guardianship',
  'consent-not-informed': 'Tell the person all eight things first, and list them: trm codes informedOf',
  'exclusion-missing': 'Whom the person does not want contacted stands in /referral/risk/doNotContact as well.',
  'consent-not-valid':
    'See how the consent stands: trm case show CASE. Ask the person; record what she says: trm case consent --help',
  'purpose-not-granted':
    'The consent does not cover it: trm referral show THREAD. If the person agrees, its sender writes it down (trm case consent --changes), where it came from a case, and passes it on: trm referral update-consent',
}

/** Where it was the other side that said so, its people alone can do something. */
const sentencesOfPeers: Partial<Readonly<Record<ProblemCode, string>>> = {
  'peer-suspended':
    'They suspended or removed this node: ask its people. A suspension they alone can end. If they removed it, pair anew: trm peer remove PEER, then trm invite',
  'peer-known':
    'They have this node in their list already. To pair anew, its people remove it first: trm peer remove PEER',
}

/**
 * What a person can do about a problem; undefined where its title says it all.
 *
 * @param toldBy peer where a peer answered so, absent where this node did
 */
export function wayOutOf(code: string, toldBy?: 'peer'): string | undefined {
  if (toldBy === 'peer' && Object.hasOwn(sentencesOfPeers, code)) return sentencesOfPeers[code as ProblemCode]
  return Object.hasOwn(sentences, code) ? sentences[code as ProblemCode] : undefined
}
