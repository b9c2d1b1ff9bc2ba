/** A fault in the page itself, with the way out. */
import { Box } from '@mantine/core'
import { ProblemAlert } from '@/components/Problem'
import { texts } from './texts'

export function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Box maw={640} mx="auto" p="lg">
      <ProblemAlert error={error} title={texts.broken} onRetry={reset} />
    </Box>
  )
}
