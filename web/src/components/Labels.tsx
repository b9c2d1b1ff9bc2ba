/** Labels: shown as tags, typed as `key=value`. */
import { Badge, Group, TagsInput } from '@mantine/core'
import { labelsFromTexts, labelTexts, type Labels } from '@/lib/labels'

export function LabelTags({ labels }: { labels: Labels }) {
  const texts = labelTexts(labels)
  if (texts.length === 0) return null
  return (
    <Group gap={4}>
      {texts.map((text) => (
        <Badge key={text} variant="default" size="sm" fw={500} className="never-shrink">
          {text}
        </Badge>
      ))}
    </Group>
  )
}

interface LabelsInputProps {
  value: Labels
  onChange: (labels: Labels) => void
  error?: string
}

export function LabelsInput({ value, onChange, error }: LabelsInputProps) {
  return (
    <TagsInput
      label="Labels"
      description="Type key=value and press Enter."
      placeholder="site=north"
      value={labelTexts(value)}
      onChange={(texts) => onChange(labelsFromTexts(texts))}
      error={error}
      splitChars={[',', ' ']}
      acceptValueOnBlur
    />
  )
}
