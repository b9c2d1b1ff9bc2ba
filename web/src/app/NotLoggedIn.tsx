/** Shown to whoever has no session. */
import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core'
import { texts } from './texts'
import { Brand } from './Brand'

export function NotLoggedIn({ onRetry }: { onRetry: () => void }) {
  const say = texts.notLoggedIn
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" maw={460} shadow="sm" className="surface">
        <Stack>
          <Brand />
          <Title order={1} size="h3">
            {say.title}
          </Title>
          <Text>{say.text}</Text>
          <Text size="sm" c="dimmed">
            {say.again}
          </Text>
          <Button variant="default" onClick={onRetry}>
            {say.retry}
          </Button>
        </Stack>
      </Paper>
    </Center>
  )
}
