/** Weekday (`MO`) and time (`08:00`) in an IANA time zone at a time in seconds; undefined where the zone is not known. */
export type ZoneTimes = (
  timeZone: string,
  atSeconds: number,
) => { readonly day: string; readonly time: string } | undefined

/** Remembers what it was asked: making a format is dear, and a search asks the same few things of every desk. */
export function makeZoneTimes(): ZoneTimes {
  const formats = new Map<string, Intl.DateTimeFormat | undefined>()
  const known = new Map<string, ReturnType<ZoneTimes>>()
  return (timeZone, atSeconds) => {
    const key = `${timeZone}|${atSeconds}`
    if (!known.has(key)) {
      if (!formats.has(timeZone)) formats.set(timeZone, formatFor(timeZone))
      known.set(key, localTime(formats.get(timeZone), atSeconds))
    }
    return known.get(key)
  }
}

/** Whether the platform knows this IANA time zone. */
export function isKnownTimeZone(timeZone: string): boolean {
  return formatFor(timeZone) !== undefined
}

function localTime(format: Intl.DateTimeFormat | undefined, atSeconds: number): ReturnType<ZoneTimes> {
  if (format === undefined) return undefined
  const parts = format.formatToParts(atSeconds * 1000)
  const valueOf = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? ''
  return { day: valueOf('weekday').slice(0, 2).toUpperCase(), time: `${valueOf('hour')}:${valueOf('minute')}` }
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  } catch {
    // RangeError: the zone is newer than our tables, or none.
    return undefined
  }
}
