/** The four faces of everything that is fetched: loading, failed, old, there. */
import { Alert, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconClockExclamation } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { clockText } from '@/lib/ages'
import { useNow } from '@/lib/context'
import { asProblem } from '@/lib/problems'
import { ProblemAlert } from './Problem'

interface LoadedProps<Data> {
  query: UseQueryResult<Data>
  /** What is being loaded, for the failure's title: `the cameras`. */
  what: string
  children: (data: Data) => ReactNode
}

/** Show `children` of the query's data; before there is any, or instead of it, say what goes on. */
export function Loaded<Data>({ query, what, children }: LoadedProps<Data>) {
  if (query.data === undefined && query.isError)
    return (
      <ProblemAlert
        error={query.error}
        title={`Could not load ${what}`}
        onRetry={() => void query.refetch()}
      />
    )
  if (query.data === undefined) return <Loading what={what} />
  return (
    <Stack gap="md">
      {query.isError && <OldValues since={query.dataUpdatedAt} error={query.error} />}
      {children(query.data)}
    </Stack>
  )
}

function Loading({ what }: { what: string }) {
  return (
    <Stack gap="sm" role="status" aria-label={`Loading ${what}`}>
      <Skeleton height={36} radius="sm" />
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={26} radius="sm" opacity={1 - row * 0.2} />
      ))}
    </Stack>
  )
}

function OldValues({ since, error }: { since: number; error: unknown }) {
  const now = useNow()
  return (
    <Alert color="yellow" icon={<IconClockExclamation />} role="status">
      <Group gap="xs">
        <Text size="sm">
          These values are old, as of {clockText(new Date(since).toISOString(), now)}.{' '}
          {asProblem(error).message}
        </Text>
      </Group>
    </Alert>
  )
}
