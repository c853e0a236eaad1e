import { givenNode, type Cast } from '../cast.js'
import type { VectorFile } from '../vector-file.js'
import { extentVectors } from './extent-vectors.js'
import { grantVectors } from './grant-vectors.js'
import { laterVectors } from './later-vectors.js'
import { stepRuleVectors } from './step-rule-vectors.js'
import { templateVectors } from './template-vectors.js'

/** referrals.json */
export function consentVectors(cast: Cast): VectorFile {
  const { ro, ch, tr, rs } = cast
  return {
    description:
      'What the node `given` answers to referrals: the template, the grant, the texts, and what follows under the grant (PROTOCOL 4.8, 5.2 to 5.6). Steps and ok are those of judgements.json. The node is in a country outside the European Economic Area; its peers are in it, in a country of an adequacy decision, and outside.',
    given: givenNode(rs, [ro, ch, tr]),
    vectors: [
      ...templateVectors(cast),
      ...grantVectors(cast),
      ...extentVectors(cast),
      ...laterVectors(cast),
      ...stepRuleVectors(cast),
    ],
  }
}
