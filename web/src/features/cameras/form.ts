/** Between a camera and the fields of its form. A login is never put into a form, only taken out of one. */
import type { Camera, CameraCreate, CameraUpdate } from '@/lib/types'

export type LoginChoice = 'keep' | 'replace' | 'forget'

// A type, not an interface: the form wants one that any record fits.
export type CameraFormValues = {
  name: string
  uri: string
  login: LoginChoice
  username: string
  password: string
  expected_fps: number | ''
  labels: Record<string, string>
  instance_id: string | null
  enabled: boolean
}

export function valuesOf(camera: Camera | null): CameraFormValues {
  return {
    name: camera?.name ?? '',
    uri: camera?.uri ?? '',
    login: camera?.has_login ? 'keep' : 'replace',
    username: '',
    password: '',
    expected_fps: camera?.expected_fps ?? '',
    labels: camera?.labels ?? {},
    instance_id: camera?.instance_id ?? null,
    enabled: camera?.enabled ?? true,
  }
}

/** What to send for a new camera; an empty user name means no login. */
export function creation(values: CameraFormValues): CameraCreate {
  const { login, username, password, expected_fps, ...rest } = values
  const withLogin = login === 'replace' && (username !== '' || password !== '')
  return {
    ...rest,
    name: rest.name.trim(),
    uri: rest.uri.trim(),
    expected_fps: expected_fps === '' ? null : expected_fps,
    username: withLogin ? username : null,
    password: withLogin ? password : null,
  }
}

/** What to send to change `camera`: only what differs; null user name and password take its login away. */
export function alteration(camera: Camera, values: CameraFormValues): CameraUpdate {
  const wanted = creation(values)
  const body: CameraUpdate = {}
  if (wanted.name !== camera.name) body.name = wanted.name
  if (wanted.uri !== camera.uri) body.uri = wanted.uri
  if (wanted.enabled !== camera.enabled) body.enabled = wanted.enabled
  if (wanted.instance_id !== camera.instance_id) body.instance_id = wanted.instance_id
  if (wanted.expected_fps !== camera.expected_fps) body.expected_fps = wanted.expected_fps
  if (JSON.stringify(wanted.labels) !== JSON.stringify(camera.labels)) body.labels = wanted.labels
  const newLogin = values.login === 'replace' && wanted.username !== null
  if (newLogin || (values.login === 'forget' && camera.has_login)) {
    body.username = wanted.username
    body.password = wanted.password
  }
  return body
}
