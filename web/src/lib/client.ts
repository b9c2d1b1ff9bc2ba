/** The typed HTTP client; its types come from the API description. */
import createClient from 'openapi-fetch'
import type { paths } from '@/generated/api'
import { ProblemError, problemFromAnswer, unreachable } from './problems'

export const client = createClient<paths>({ baseUrl: '', credentials: 'same-origin' })

interface Answer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** The data of a successful answer; throws ProblemError for every other outcome. */
export async function answered<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    if (cause instanceof ProblemError) throw cause
    throw unreachable()
  })
  if (!response.ok) throw problemFromAnswer(response.status, error)
  return data as Data
}
