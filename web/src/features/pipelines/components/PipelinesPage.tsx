/** All pipelines and their versions. */
import { Button, Stack } from '@mantine/core'
import { IconPlus, IconTopologyStar3 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty } from '@/components/Empty'
import { Loaded } from '@/components/Loaded'
import { PageHeader } from '@/components/PageHeader'
import { pipelinesQuery } from '@/lib/resources'
import type { Pipeline } from '@/lib/types'
import { texts } from '../texts'
import { PipelineCard } from './PipelineCard'
import { PipelineDialog } from './PipelineDialog'
import { RemovePipelineDialog } from './RemovePipelineDialog'

type Dialog = { kind: 'create' } | { kind: 'version' | 'remove'; pipeline: Pipeline }

export function PipelinesPage() {
  const pipelines = useQuery(pipelinesQuery)
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog({ kind: 'create' })}>
      {texts.add}
    </Button>
  )
  return (
    <>
      <PageHeader title={texts.title} text={texts.intro} actions={add} />
      <Loaded query={pipelines} what="the pipelines">
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={IconTopologyStar3} title={texts.empty.title} text={texts.empty.text} action={add} />
          ) : (
            <Stack>
              {items.map((pipeline) => (
                <PipelineCard
                  key={pipeline.id}
                  pipeline={pipeline}
                  onNewVersion={() => setDialog({ kind: 'version', pipeline })}
                  onRemove={() => setDialog({ kind: 'remove', pipeline })}
                />
              ))}
            </Stack>
          )
        }
      </Loaded>
      {dialog?.kind === 'create' && <PipelineDialog pipeline={null} onClose={close} />}
      {dialog?.kind === 'version' && <PipelineDialog pipeline={dialog.pipeline} onClose={close} />}
      {dialog?.kind === 'remove' && <RemovePipelineDialog pipeline={dialog.pipeline} onClose={close} />}
    </>
  )
}
