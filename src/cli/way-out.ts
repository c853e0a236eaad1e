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
    'See what: trm referral show THREAD. Where it came from a case, write it down there: trm case withdraw CASE CONSENT. Nothing goes out by that consent before.',
  'withdrawal-unrecorded':
    'Write down what the person said: trm case withdraw CASE CONSENT; or, if the person agrees to something again: trm case consent CASE FILE --changes CONSENT',
  'grant-before-withdrawal':
    'See what the person took back: trm referral show THREAD. Ask anew, and write down the day on which the person agreed (givenOn).',
  'evidence-of-nothing': 'Write what stands for the signed paper, or for the recording: trm evidence FILE',
  'referral-open':
    'See how it stands: trm referral show THREAD. To ask them something: trm referral ask; if it was sent in error: trm referral void. If a second one is meant: --again',
  'journey-not-begun':
    'By the travel notice the journey has not begun: trm referral show THREAD. If the person left earlier, the sender says so first: trm referral travel --help\nIf nobody travels: trm referral missed THREAD --reason travelCancelled',
  'journey-called-off':
    'Nobody comes now: tell who was to meet the person. Where the person is, and how it goes on, the sender knows: call its desk.',
  'journey-unsettled': 'See how the referral stands: trm referral show THREAD. Call the desk of the other side.',
  'date-not-possible':
    'Look at the date: a day or month of this year is easily mistyped. Today is taken where a day is left out.',
  'other-case':
    'See whose referral it is: trm referral show THREAD, and the case: trm case show CASE. To send without continuing it, leave --reopen or --refer-on out.',
  'follow-up-poor': 'Read the report: trm referral show THREAD. Call the desk of the other side and ask what is done.',
  'narrowing-unconfirmed':
    'Call the people there, so that they go by the narrower consent: trm referral show THREAD. What waits, and why: trm referral list --waiting',
  'event-refused':
    'See which step, and why: trm referral show THREAD --all. It has no effect. Call the desk of the other side, then decide again.',
  'onward-not-allowed':
    'It goes on to whom, and for what, the sender agreed: trm referral show THREAD. Take out what is too much, or propose it: trm referral propose-onward --help. A case goes on once: for another office ask the sender to refer it anew.',
  'root-mismatch':
    'Nothing continues that referral so. See how it stands: trm referral show THREAD. Received and under way: trm referral refer-on THREAD FILE. Received and ended: trm referral reopen THREAD FILE, to its sender. Withdrawn, or entered in error: a new referral, trm referral new --help',
  'return-not-voluntary':
    'A return needs the free decision of the person: ask them, and write it down in /referral/returnPlan/voluntaryDecisionConfirmed, and in /referral/subject/wish. Who does not want to return is referred for something else: trm codes referralType',
  'onward-holder-untold':
    'See who holds it, and what was taken back: trm referral show THREAD. Call the people there; what the directory has of them: trm directory show NODE',
  'onward-consent-wider':
    'See what it holds: trm referral show THREAD. Call the people there; what the directory has of them: trm directory show NODE',
  'step-undone':
    'See which step and how the referral stands: trm referral show THREAD --all. The other side never got it: decide again.',
  'update-without-effect':
    'See what was refused, and why: trm referral show THREAD --all. Call the people there. To end it: trm referral withdraw THREAD --scope everything',
  'thread-full':
    'The thread has grown too long for this step: end it (trm referral propose-closure THREAD), and continue in a new referral: trm referral reopen THREAD FILE',
  'thread-broken':
    'Call the desk of the other side. Who sent the referral sends it anew (trm referral send FILE --to PEER) and voids this one: trm referral void THREAD --reason enteredInError',
  'too-many-questions': 'Twenty questions of yours wait for an answer: trm referral show THREAD. Call them, or wait.',
  'respond-by-mismatch': 'It names another day than the referral has (respondBy): trm referral show THREAD',
  'agreement-undone': 'See what is in force now: trm agreement list. Then propose anew: trm agreement propose PEER',
  'agreement-not-found': 'See what there is: trm agreement list',
  'transition-not-allowed':
    'The state of the referral, or your part in it, does not allow this step. See what can be done: trm referral show THREAD',
  'thread-not-found':
    'See what there is: trm referral list. A thread is named by its id or the first eight characters of it.',
  'step-unknown': 'See which steps can be taken: trm referral show THREAD --json, member next.',
  'erasure-not-due':
    'The person has not withdrawn, it is not void, its time is not over. To withdraw: trm referral withdraw --help',
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
    'Say what becomes of the referrals whose consent has not ended: --withdraw or --leave. See who they are: trm case holders CASE',
  'recipient-not-named':
    'Ask the person. If they agree, record it with this recipient by name: trm case consent CASE FILE --changes CONSENT',
  'measure-unknown': 'See the catalogue: trm sop list',
  'measure-not-found': 'See the catalogue: trm sop list, and the plan: trm case show CASE',
  'identity-found':
    'Take the passages out and send again, or add --leave-out: each becomes [left out]. Not every name is found: read the text yourself as well.',
  'identity-doubtful':
    'Look at the places. What can identify a person is taken out; for the rest say why it goes: --accept-doubts notIdentifying, institution, neededForSafety or neededForService.',
  'identity-masked':
    'See what is masked: trm referral show THREAD. Tell the people of the sender that their text holds identity data.',
  'initials-not-allowed':
    'Leave /referral/subject/initials out. Whether initials leave this node its operator decides: sending.initials in config.json.',
  'consent-too-narrow':
    'The data categories of the consent do not cover these parts: leave them out, or ask the person and record a wider consent. What covers what: trm codes dataCategory',
  'travel-not-ready':
    'Exact times go for a referral that asks for a journey, within three days before the arrival, once somebody will be there. What stands against it:',
  'return-risk-not-assessed':
    'Assess the risk of the journey together with the other side first: ask them, or answer them, in the thread. Then --assessed joint; in a referral: /referral/risk/jointlyAssessed.',
  'section-missing':
    'The type of the referral needs these parts. A file that has them all: trm referral new TYPE --nationality COUNTRY',
  'guardianship-missing': 'Say who is responsible for the child: trm codes guardianship',
  'consent-not-informed': 'Tell the person all eight things first, and list them: trm codes informedOf',
  'exclusion-missing': 'Whom the person does not want contacted stands in /referral/risk/doNotContact as well.',
  'consent-not-valid':
    'See how the consent stands: trm case show CASE. Ask the person; record what they say: trm case consent --help',
  'purpose-not-granted':
    'Ask the person. If they agree: before it is sent, write it into the purposes of the grant, or of the consent of the case (trm case consent CASE FILE --changes CONSENT).\nIn a referral that was sent, its sender does that, and passes it on: trm referral update-consent --help',
}

/** Where it was the other side that said so, its people alone can do something. */
const sentencesOfPeers: Partial<Readonly<Record<ProblemCode, string>>> = {
  'peer-suspended':
    'They suspended or removed this node: ask its people. A suspension they alone can end. If they removed it, pair anew: trm peer remove PEER, then trm invite',
  'peer-known':
    'They have this node in their list already. To pair anew, its people remove it first: trm peer remove PEER',
}

/** Where this node received the referral, its people owe something else. */
const sentencesOfReceivers: Partial<Readonly<Record<ProblemCode, string>>> = {
  'withdrawn-at-peer':
    'See what, and what is still covered: trm referral show THREAD. Stop using it.\nWhere the consent has ended, the node destroys what it holds within 72 hours; destroy papers, copies and what was told to others as well, and say how it stands: trm referral erase THREAD --remaining none (what else there may be: trm codes remainingCopy)',
}

/**
 * What a person can do about a problem; undefined where its title says it all.
 *
 * @param told peer where a peer answered so, absent where this node did; of an alarm, the part of this node in the referral
 */
export function wayOutOf(code: string, told?: 'peer' | 'sender' | 'receiver'): string | undefined {
  if (told === 'peer' && Object.hasOwn(sentencesOfPeers, code)) return sentencesOfPeers[code as ProblemCode]
  if (told === 'receiver' && Object.hasOwn(sentencesOfReceivers, code)) return sentencesOfReceivers[code as ProblemCode]
  return Object.hasOwn(sentences, code) ? sentences[code as ProblemCode] : undefined
}
