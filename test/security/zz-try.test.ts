import t from 'tap'
import { TestFederation } from '../support/test-federation.js'
import { Outlaw } from '../support/outlaw.js'
import { post } from '../support/forge.js'
import { readState, forbiddenChanges, untouched, watchCommits } from '../support/state-hash.js'
t.test('x', async (t) => {
  const f = await TestFederation.create(t, { nodes: ['ro'] })
  const ro = f.get('ro')
  const o = await Outlaw.start(t, 'o', f.clock)
  await o.join(ro)
  const w = watchCommits(ro.folder)
  const b = readState(ro.folder)
  const r = await o.tellEvent(ro, o.offer(ro.id))
  console.log(r, w(), w())
  const a = readState(ro.folder)
  console.log(forbiddenChanges(b, a, untouched))
  console.log(await post(ro, 'x'))
  for (const h of [{}, {'content-type':'application/jose'}] as any) {
    const x = await ro.running.listeners.federation.inject({method:'POST',url:'/federation/v1/inbox',headers:h})
    console.log(x.statusCode, x.body)
  }
  console.log((await o.tell(ro, o.query(ro.id), 'trm-query+jwt', '/federation/v1/query')).status)
  let t0 = performance.now(); const N=300
  const msgs = []
  for (let i=0;i<N;i++) msgs.push(o.seal(ro, o.sign(o.offer(ro.id))))
  console.log('forge', (performance.now()-t0)/N); t0=performance.now()
  const ans=[]
  for (const m of msgs) ans.push(await post(ro,m))
  console.log('post', (performance.now()-t0)/N);t0=performance.now()
  for (const m of ans) o.open(ro,m)
  console.log('open', (performance.now()-t0)/N);t0=performance.now()
  for (let i=0;i<N;i++) await post(ro,'x')
  console.log('post x', (performance.now()-t0)/N);t0=performance.now()
  for (let i=0;i<N;i++) w()
  console.log('watch', (performance.now()-t0)/N);t0=performance.now()
  readState(ro.folder)
  console.log('state', (performance.now()-t0));t0=performance.now()
  // concurrency
  const rs = await Promise.all([1,2,3,4,5].map(()=>o.tell(ro,o.offer(ro.id))))
  console.log(rs.map(x=>[x.status,x.code]))
})
