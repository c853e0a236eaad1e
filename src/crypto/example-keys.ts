/**
 * Key ids of every key in keys.example/, compiled in: the private halves are public, so a node that used one could be
 * impersonated by anybody. In the order of the files: identity, next identity, signing, log, witness, api.
 */
export const exampleKeyIds: ReadonlySet<string> = new Set([
  // ro
  'aHNW9j6ED0UyZPDZYrXbH5vwlnUmuLmSxDTt6InngMI',
  'wBuSeZTCwvWOxcRIGM2O91S7tlwu_OSQGztb1gg259c',
  's1tkY47VX4WrLRTfMcPL7OK1TDC4R_IITBeIRI7jl7Y',
  'xBNsVb9iQAYPhQPA5J6XTylN6vDndGxnT-ie9Mcppyg',
  'uzv96Rj65FrHI7g8N1yyjD14Z5TtyBYhWczuq2ML2b0',
  '0zDeFaam_Ttnjheo4G7HP_XPStlXq_1WIw9aECFH1Hc',
  // it
  'fsKA1QLD23hB_KjC6NMdJaw5AferAqzXXnj-UToG9v8',
  'hdiGPhiZWFu_N90PugNIrTFhYB5QnxkxSJblmVTSCu4',
  '28j75bSCR6M4oFPtOs6l9Jic8pIybH1b62WcI5UyN1s',
  'VhyE4GagKS0KVkJGF1IYZibsQfNSQTTKk52GvhHfQpM',
  'thZeqpJIR_J7PijdydJVYZjUs3YVE_FRBM_w-xIcfds',
  '9b9bHAd7576Ow7nT5bxWKA5ub-N6XKQpuJSPgKTtrkM',
  // de
  'xefdv3sRC2r4aF-lKi7AgSn25oBo3gratergY6SdTvs',
  'dvbG1n6G410NV2xBmer4fCSXthkEXcDpq6GQvb5DfVU',
  'IuVxG28QhEuJh_pBSetK1oi3tGz58pJ7_QMXDk92IJQ',
  'XBG7LsHcTjREJvNu3BX-S4QddcDW33LcjlEKjv_JGYM',
  'tH7Q77kJwNp8m4kJjGL-4d0_ymBfLdY1_5ZvRQR9CXU',
  'u9snR1jpBrnSeQm6jeyeiAN5aMpjzrE1hbSPVge0ONA',
  // rs
  'AXFeBCI2QkbiWNZHB5L0EfZAAZLGZZOIEjQCVt47zT4',
  '_d8VuwpRHRrAO1mXUhEc_nrdGBcg6LsGJ7BuJsyzH_I',
  'w6kwO4qhsGCqnCGorrco3q-WhZj9dlBKeRcxHQIOxzE',
  '9xTrq6nI4Ox6vs9RrettlohZ6FONSox82m28WDYxy0s',
  'f8tI4j6knC8ciy-k-sy8FsbueN-ZJQHTa1MTNTCO3-Q',
  'ReQ32gvW067clHp7QUdoRziKCGtgLzzZXlTgGLY93Dc',
])

/** Whether this is the key id of a published example key. */
export function isExampleKey(kid: string): boolean {
  return exampleKeyIds.has(kid)
}
