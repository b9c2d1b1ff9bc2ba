/** A view's title, a line on what it is for, and its main actions. */
import { Box, Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'

interface PageHeaderProps {
  title: string
  text?: ReactNode
  actions?: ReactNode
}

export function PageHeader({ title, text, actions }: PageHeaderProps) {
  useDocumentTitle(`${title} · dsfleet`)
  return (
    <Group justify="space-between" align="flex-end" gap="md" mb="lg">
      <Box>
        <Title order={1} size="h2">
          {title}
        </Title>
        {text && (
          <Text c="dimmed" size="sm" mt={2} component="div">
            {text}
          </Text>
        )}
      </Box>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}
