/** Ages that grow by themselves. */
import { Text } from '@mantine/core'
import { ageNow, ageText, clockText, secondsSince } from '@/lib/ages'
import { useNow } from '@/lib/context'

/** Time since a moment: `3 min ago`, the exact time in its title. */
export function Ago({ moment, none = 'never' }: { moment: string | null | undefined; none?: string }) {
  const now = useNow()
  const seconds = secondsSince(moment, now)
  if (seconds === null || !moment)
    return (
      <Text span c="dimmed" inherit>
        {none}
      </Text>
    )
  return (
    <time dateTime={moment} title={clockText(moment, now)} className="figure">
      {seconds < 10 ? 'just now' : `${ageText(seconds)} ago`}
    </time>
  )
}

/** An age as an agent measured it, grown by the time since it was reported. */
export function MeasuredAge({
  age,
  receivedAt,
}: {
  age: number | null | undefined
  receivedAt: string | null | undefined
}) {
  const seconds = ageNow(age, receivedAt, useNow())
  if (seconds === null)
    return (
      <Text span c="dimmed" inherit aria-label="no frame yet">
        –
      </Text>
    )
  return <span className="figure">{ageText(seconds)}</span>
}
