/** A fingerprint in groups that the eye can compare. */
import { Code, Group } from '@mantine/core'
import { Copy } from '@/components/Copy'

export function Fingerprint({ text }: { text: string }) {
  const [kind, digits] = text.includes(':') ? text.split(':', 2) : ['', text]
  const groups = (digits ?? '').match(/.{1,4}/g) ?? []
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <Code className="fingerprint" aria-label={`Fingerprint ${text}`}>
        {kind !== '' && <span>{kind}:</span>}
        {groups.map((group, place) => (
          <span key={place}>{group}</span>
        ))}
      </Code>
      <Copy text={text} what="fingerprint" />
    </Group>
  )
}
