/** Ages and times in words. */

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400

/** `0.4 s`, `12 s`, `3 min`, `2 h 5 min`, `4 d`; a negative age (clocks apart) reads as none. */
export function ageText(seconds: number): string {
  const age = Math.max(0, seconds)
  if (age < 9.95) return `${age.toFixed(1)} s`
  if (age < MINUTE_S) return `${Math.floor(age)} s`
  if (age < HOUR_S) return `${Math.floor(age / MINUTE_S)} min`
  if (age < DAY_S) {
    const minutes = Math.floor((age % HOUR_S) / MINUTE_S)
    const hours = `${Math.floor(age / HOUR_S)} h`
    return minutes === 0 ? hours : `${hours} ${minutes} min`
  }
  return `${Math.floor(age / DAY_S)} d`
}

/** Seconds from `moment` (ISO 8601) to `nowMs`; null where there is no moment. */
export function secondsSince(moment: string | null | undefined, nowMs: number): number | null {
  if (moment === null || moment === undefined) return null
  const parsed = Date.parse(moment)
  return Number.isNaN(parsed) ? null : (nowMs - parsed) / 1000
}

/** An age as measured when a report was made, plus the time since the coordinator heard that report. */
export function ageNow(
  ageAtReportS: number | null | undefined,
  receivedAt: string | null | undefined,
  nowMs: number,
): number | null {
  if (ageAtReportS === null || ageAtReportS === undefined) return null
  return ageAtReportS + Math.max(0, secondsSince(receivedAt, nowMs) ?? 0)
}

/** The time of day, with the date when it was not today, in the reader's own zone. */
export function clockText(moment: string, nowMs: number): string {
  const date = new Date(moment)
  const today = date.toDateString() === new Date(nowMs).toDateString()
  return today
    ? date.toLocaleTimeString('en-GB')
    : date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
}

/** `28.3 / 30 fps`; what is not known reads as a dash. */
export function rateText(fps: number | null | undefined, expected: number | null | undefined): string {
  const measured = fps === null || fps === undefined ? '–' : fps.toFixed(1)
  return expected === null || expected === undefined ? measured : `${measured} / ${trimmed(expected)}`
}

/** MiB as GiB where that reads better. */
export function memoryText(mib: number): string {
  return mib >= 1024 ? `${trimmed(mib / 1024)} GiB` : `${mib} MiB`
}

/** `1 camera`, `5 cameras`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function trimmed(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}
