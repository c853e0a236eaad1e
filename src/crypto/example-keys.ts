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
  // fr
  'coliNnzttujuSybiobzxv5bgmA33NQnyCZ-iw7g7Dgw',
  'WfL_ZhfInZlStv4ADuuhgd9zF77Xvf_j-iiLyVy9Xwo',
  'Nd3uP1trZHAcmHdhCLRoy196zr_ZMt7LqG0TWJBqgcI',
  'uzDcQTq3l4ruMsfyl7b4cLTINO8tEBA_qOt67J21f0I',
  'rkdvkDK3WfhMCuLQj183ss1AOEUiOHW5oKfzLISjV_s',
  'wsFsSXAgKNyQepYXDo-yOG_ro4CBEvJaXH_LbaSUtdU',
  // ng
  'poiBXu_8nt_O2iTeZ8TrnykCBubngEENihTbdOKmdf8',
  'viuF-iQjwgx43Frhd_0n8DrzWsptUAYubxsxE9T25L8',
  'DmFebtmkavAEjVm68d3e5MVOjWWzEijAWSN2k5ufc3s',
  '8VLzJpmyAxtt9jFGBhWiSEgrFnSunLrijGQ3yxBx5No',
  '7yZmzIsuNzgyyniH8_2RFtyHgu9QHZWBAlnEvlJUvMY',
  'RKfno4o9Co8LZJZhankczXBhV0_XjnTva6qQVfx-Nt0',
  // ch
  'ueYKKQDd07jdtVvsvacG0PKRZqWTs5KlUBzZ49euR3Q',
  'YQCj2OJSI0lTTVi9f2Y0cIF-IMBghckxUbisTwqjq38',
  '--UZ9JVpN5JXb4USCTQbTLRPtLVvRRZuB3KjdLkgXKw',
  'FrKWgV1gLJkLl9l0yJ2K1s_0oAZTkytIcV16ucjcZ9U',
  '1ZQ09TQpJVnwOzY2X3UuHaaxxlcYHK7-GK-RB4woemA',
  'EU1akQdU9soc1WqDB0SRS8CKPYAnuLeu1k_Xus5aTkI',
  // lt
  'SlGb9YX5ZUMQbn97XUT7Ssw7t5_Ya4TKQTrnYqiYbiU',
  'OtmMTk-pO34LMOd3vwpgg8PvLW8EttD1Odms70IKR50',
  '5T-VngsnOY_C22r5OV168hUZZb6NbHnwyEZbEpC8exY',
  'mAo7r6ilkVhE2tTRIH2B9nf3YXrN5-2gW_NGI9hJa-Y',
  '6jcLH4DwHZ_JUpFVsZUssD-6XVQh41WoZvCxEHefttw',
  'cLO3b7QUrlraFoWJYDjpLk5-Edr4U2yRPiZDExKgPw4',
  // xk
  'KQf5JkgoiwKyUM8g6zPyuS0F9DM9O1vjLInDJujsMgo',
  'XU932q3n0N5tc8XYbDcNfutcdWBSfm4EN1yVdXuasXM',
  'WifOZpuboM9TcVhsgszByPUHdJDnLE8h9-6pY5xFhtU',
  'ZIg5qXT5uXuFqHkYmCIpo5-A7Qao-M7vtKGqvgtBpZ4',
  'iOgXFEBIpTN5EnBfv-ZDcJvPHepOcVnX2u1hReQdB5g',
  'vQIYqHdZ5ZeU0abJD8FT5IfFh0lghowg66i5y0QR-Tg',
  // lu
  'dCFXOXBGi40ioxQZ7DJMiU3XZWY_uF_f9KqOIBrIiYo',
  'Cc011pW2whmtbPGm-2lB9FTE46Y93W3XBBZEOYDjz9o',
  'cJFELOl_jVo-Sb20q6YqY3Eipw-G3LqELZvVB3PkAG0',
  'CQ0gObMnw1Dnc-PTmvdgezbW_YzIlO4O6nSIQ0qZsPs',
  'XlmAxN33RC0AelQzT1dRfnwJespXbPTLZA015mOWv8Q',
  'RhSB6hJLEvNCsx6B9iHm3x12RFtX8ry2s2RFangqSpA',
  // tr
  'kWkCecYUUAHZnktwOJd330m9OizMUqueX3NeuvVA6r8',
  '_piqkBOTEB7yZqHRvsX4JOXawUpv4rZg8SoFt5cE3M8',
  'FAiBRJU2JSeckgkoNwQNBz3G_EnCQkg5qziXdWN2H1o',
  'bM9dHP2gmPN0IAHMn9ufVpCl_deje4r2upV8hBQFIcg',
  'q0YgTxGJPNYABfc6nASHMN8tdiQ9-iaIRjdLoaasSa4',
  'yt9YTdqady6_yQBzYJ8AVNx2UQYb_wuV8xF2aHW7Ay8',
  // ge
  'lfLCrcvs-YTwdJzhOK8u5KK0E--xkQ5H83Gagjna2jI',
  'VRQ4Ni4fQgjv3Wit8OnpSKKbPe-26z85IZqzzy62pJ4',
  'T5fKdn9mV90mNoazeEri4DacvzzsMHxtHRkHX4Zt8DM',
  'HuIN-L6BNJFoMZkJW3PkbIDfdkxLlveB261wx60j4Xg',
  'dRg1XgeJlPmqmpyuhyMxvionlvAk1upa2TR7Jk6gLPk',
  'todmJbY1k418sf4rycegqz0kwEPmqqFsY_w9_D_UvsE',
  // ge-return
  '7Z255eBuTnxpXh4RoTkLoQCHRMZzs4o2bsAFKa6j9Bo',
  'gG4hYhkDQVpP-m9Af74N0W7OK2ynplg_4kIBbSmRHiM',
  'fUw5p4iRtX4P-KDK_LFQB3dTQokA7kbMmD18UG9IDd0',
  '_N-ckwS5X24Fndho-SoSYnQNwBBkmlR6Vx6_JCqiQQc',
  'EYaSFklfz7KxM9UQxkyYxeFuRE8O4UKigvRieQB1PzM',
  'JF5w0W_ZUXexOxGvPbeOOmCg8qvKlCMrvSK_NfrLnmk',
  // bg
  'zf4XHiFtTzhGKhDIE8a_VkKubIdjwLUnkCP-mJUcfeE',
  'C4wIyvegDlQz_izq06ArBEW7k33wygCGeCN6dTbYth8',
  '3GRI3mBKwfpn1cfK1rUXCDJ5-MgYmF6pNmBihW_y-cc',
  'AMdYqIkUfO3ZJiK2ueu7F07f76hV2gQRKChJdU7mUG0',
  '9O3vUiFG51gua80LdyWZhhoqRU8MknDuxjxa7OXegfY',
  'Ew0OsmgCoJIcot_VZeEZPlpyztBFMHU6_qBpiqNKohU',
])

/** Whether this is the key id of a published example key. */
export function isExampleKey(kid: string): boolean {
  return exampleKeyIds.has(kid)
}
