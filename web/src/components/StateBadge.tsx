/** States as icon, word and colour; the word and the icon alone are enough. */
import { Badge, Tooltip, type MantineColor } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconCircleOff,
  IconClock,
  IconDownload,
  IconEyeOff,
  IconHourglass,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlugConnectedX,
  IconQuestionMark,
  IconRefresh,
  IconSend,
  IconUserQuestion,
  IconVideo,
  IconVideoOff,
  IconX,
  type Icon,
} from '@tabler/icons-react'
import type { Agent, CameraState, InstanceState, UpdateState } from '@/lib/types'

export interface StateLook {
  text: string
  colour: MantineColor
  icon: Icon
  meaning: string
}

export const cameraStates: Record<CameraState, StateLook> = {
  live: { text: 'live', colour: 'green', icon: IconVideo, meaning: 'Frames arrive at the expected rate.' },
  'low-fps': {
    text: 'low FPS',
    colour: 'yellow',
    icon: IconAlertTriangle,
    meaning: 'Below 90 % of the expected rate.',
  },
  'no-frames': {
    text: 'no frames',
    colour: 'red',
    icon: IconVideoOff,
    meaning: 'Connected, but no frame arrives.',
  },
  reconnecting: {
    text: 'reconnecting',
    colour: 'orange',
    icon: IconRefresh,
    meaning: 'The camera is being tried again.',
  },
  unknown: { text: 'unknown', colour: 'gray', icon: IconQuestionMark, meaning: 'Nothing was measured yet.' },
  off: { text: 'off', colour: 'gray', icon: IconCircleOff, meaning: 'Disabled by an operator.' },
  unassigned: {
    text: 'unassigned',
    colour: 'gray',
    icon: IconCircleDashed,
    meaning: 'No instance takes this camera.',
  },
}

export const instanceStates: Record<InstanceState, StateLook> = {
  unsent: {
    text: 'not sent',
    colour: 'gray',
    icon: IconCircleDashed,
    meaning: 'No update request carried it yet.',
  },
  pulling: {
    text: 'pulling image',
    colour: 'blue',
    icon: IconDownload,
    meaning: 'Its image is being fetched.',
  },
  creating: {
    text: 'creating',
    colour: 'blue',
    icon: IconHourglass,
    meaning: 'Its container is being made.',
  },
  starting: {
    text: 'starting',
    colour: 'blue',
    icon: IconPlayerPlay,
    meaning: 'Started; no frame counted yet.',
  },
  'building-engine': {
    text: 'building engine',
    colour: 'blue',
    icon: IconHourglass,
    meaning: 'TensorRT builds its engine; this can take minutes.',
  },
  running: { text: 'running', colour: 'green', icon: IconCheck, meaning: 'Every camera delivers frames.' },
  degraded: {
    text: 'degraded',
    colour: 'yellow',
    icon: IconAlertTriangle,
    meaning: 'Some camera delivers no frames.',
  },
  'no-frames': {
    text: 'no frames',
    colour: 'red',
    icon: IconVideoOff,
    meaning: 'No camera delivers frames.',
  },
  backoff: {
    text: 'waiting to retry',
    colour: 'orange',
    icon: IconClock,
    meaning: 'It failed and is tried again soon.',
  },
  stopped: { text: 'stopped', colour: 'gray', icon: IconPlayerStop, meaning: 'Switched off.' },
  failed: {
    text: 'failed',
    colour: 'red',
    icon: IconX,
    meaning: 'Refused; waits for a change or "Retry now".',
  },
  unobserved: { text: 'not observed', colour: 'gray', icon: IconEyeOff, meaning: 'The host could not look.' },
}

export const updateStates: Record<UpdateState, StateLook> = {
  accepted: { text: 'accepted', colour: 'blue', icon: IconCheck, meaning: 'Taken down; about to be sent.' },
  sent: { text: 'sent', colour: 'blue', icon: IconSend, meaning: 'On its way to the host.' },
  received: { text: 'received', colour: 'blue', icon: IconDownload, meaning: 'The host has it.' },
  applying: { text: 'applying', colour: 'blue', icon: IconRefresh, meaning: 'The host is making it so.' },
  converged: {
    text: 'converged',
    colour: 'green',
    icon: IconCheck,
    meaning: 'The host runs what was asked.',
  },
  failed: { text: 'failed', colour: 'red', icon: IconX, meaning: 'Something was refused.' },
  cancelled: {
    text: 'cancelled',
    colour: 'gray',
    icon: IconCircleOff,
    meaning: 'Taken back by an operator.',
  },
  superseded: {
    text: 'superseded',
    colour: 'gray',
    icon: IconCircleOff,
    meaning: 'A later request took over.',
  },
}

export const linkStates: Record<Agent['link'], StateLook> = {
  live: { text: 'live', colour: 'green', icon: IconCheck, meaning: 'Heard from just now.' },
  stale: { text: 'stale', colour: 'yellow', icon: IconClock, meaning: 'A report is overdue.' },
  offline: { text: 'offline', colour: 'red', icon: IconPlugConnectedX, meaning: 'Not heard of for minutes.' },
  never: { text: 'never heard', colour: 'gray', icon: IconCircleDashed, meaning: 'It has not reported yet.' },
}

export const admissionStates: Record<Agent['admission'], StateLook> = {
  waiting: {
    text: 'waiting',
    colour: 'orange',
    icon: IconUserQuestion,
    meaning: 'Waits for someone to let it in.',
  },
  admitted: { text: 'admitted', colour: 'green', icon: IconCheck, meaning: 'May take work.' },
  denied: { text: 'denied', colour: 'red', icon: IconX, meaning: 'May not enter.' },
  revoked: { text: 'revoked', colour: 'red', icon: IconX, meaning: 'May no longer enter.' },
}

/** A state as a badge; old values are marked in words. */
export function StateBadge({ look, stale = false }: { look: StateLook; stale?: boolean }) {
  const Sign = look.icon
  return (
    <Tooltip
      label={stale ? `${look.meaning} Last known: its host has not been heard of lately.` : look.meaning}
    >
      <Badge
        className="state-badge"
        color={look.colour}
        variant={stale ? 'outline' : 'light'}
        leftSection={<Sign size={13} aria-hidden />}
      >
        {look.text}
        {stale && ' (old)'}
      </Badge>
    </Tooltip>
  )
}
