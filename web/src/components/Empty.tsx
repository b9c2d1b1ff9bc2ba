/** A view with nothing to show says so, and what to do next. */
import { Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface EmptyProps {
  icon: Icon
  title: string
  text: string
  action?: ReactNode
}

export function Empty({ icon: Sign, title, text, action }: EmptyProps) {
  return (
    <Paper withBorder p="xl" radius="md" className="empty">
      <Stack align="center" gap="xs" py="md">
        <ThemeIcon size={52} radius="xl" variant="light">
          <Sign size={26} aria-hidden />
        </ThemeIcon>
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text c="dimmed" ta="center" maw={480}>
          {text}
        </Text>
        {action}
      </Stack>
    </Paper>
  )
}
