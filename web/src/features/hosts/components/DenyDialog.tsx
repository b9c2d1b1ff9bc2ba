/** Say no to a waiting host, and why. */
import { Button, Group, Stack, Textarea } from '@mantine/core'
import { Dialog } from '@/components/Dialog'
import { sayDone } from '@/components/notices'
import { FormProblemsAlert } from '@/components/Problem'
import { useProblemForm } from '@/components/useProblemForm'
import type { Agent } from '@/lib/types'
import { useDenyHost } from '../api/changes'
import { texts } from '../texts'

export function DenyDialog({ host, onClose }: { host: Agent; onClose: () => void }) {
  const { form, rest, sending } = useProblemForm({ initialValues: { reason: '' } })
  const deny = useDenyHost(host.id)
  const send = (values: { reason: string }) =>
    sending(async () => {
      await deny.mutateAsync(values)
      sayDone(texts.denied(host.name))
      onClose()
    })
  return (
    <Dialog onClose={onClose} title={texts.denyTitle(host.name)}>
      <form onSubmit={form.onSubmit((values) => void send(values))} noValidate>
        <Stack>
          <Textarea
            label={texts.denyReason}
            description={texts.denyHint}
            required
            data-autofocus
            autosize
            minRows={2}
            {...form.getInputProps('reason')}
          />
          <FormProblemsAlert problems={rest} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={deny.isPending}>
              {texts.deny}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
