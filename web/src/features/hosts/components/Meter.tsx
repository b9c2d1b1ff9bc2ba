/** A share as a bar and in words. */
import { Group, Progress, Stack, Text } from '@mantine/core'

interface MeterProps {
  label: string
  /** 0 to 100; more is drawn as full. */
  percent: number
  text: string
}

export function Meter({ label, percent, text }: MeterProps) {
  const shown = Math.max(0, Math.min(100, percent))
  const colour = percent >= 95 ? 'red' : percent >= 80 ? 'yellow' : undefined
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{label}</Text>
        <Text size="sm" className="figure" c="dimmed">
          {text}
        </Text>
      </Group>
      <Progress value={shown} color={colour} size="sm" aria-label={`${label}: ${text}`} />
    </Stack>
  )
}
