/** A problem in full: what, and how to mend it. */
import { Alert, Button, Code, List, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { asProblem, sentence } from '@/lib/problems'
import type { ProblemFacts } from '@/lib/types'

interface ProblemAlertProps {
  error: unknown
  title?: string
  onRetry?: () => void
}

/** An error as a red box; with `onRetry` it offers to try again. */
export function ProblemAlert({ error, title, onRetry }: ProblemAlertProps) {
  const problem = asProblem(error)
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={title ?? 'That did not work'} role="alert">
      <ProblemTexts problems={problem.problems} />
      {onRetry && (
        <Button mt="sm" size="xs" variant="light" color="red" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  )
}

/** Problems that belong to no field of a form, above its buttons; nothing when there is none. */
export function FormProblemsAlert({ problems }: { problems: ProblemFacts[] }) {
  if (problems.length === 0) return null
  return (
    <Alert color="red" icon={<IconAlertTriangle />} role="alert">
      <ProblemTexts problems={problems} />
    </Alert>
  )
}

/** One sentence per problem. */
export function ProblemTexts({ problems }: { problems: ProblemFacts[] }) {
  if (problems.length === 1 && problems[0]) return <ProblemText facts={problems[0]} />
  return (
    <List size="sm" spacing={4}>
      {problems.map((facts) => (
        <List.Item key={`${facts.code} ${facts.field ?? ''}`}>
          <ProblemText facts={facts} />
        </List.Item>
      ))}
    </List>
  )
}

function ProblemText({ facts }: { facts: ProblemFacts }) {
  return (
    <Text size="sm">
      {facts.field && <Code mr={6}>{facts.field}</Code>}
      {sentence(facts)}
    </Text>
  )
}
