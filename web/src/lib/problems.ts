/** What goes wrong between the page and the coordinator, as RFC 9457 problem documents. */
import type { ProblemDocument, ProblemFacts } from './types'

/** Thrown for every answer that is not a success, and for no answer at all (`status` 0). */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly problems: ProblemFacts[]

  constructor(status: number, code: string, problems: [ProblemFacts, ...ProblemFacts[]]) {
    super(problems[0].message)
    this.name = 'ProblemError'
    this.status = status
    this.code = code
    this.problems = problems
  }
}

/** Read a problem document; whatever else an answer holds becomes a sentence that names its status. */
export function problemFromAnswer(status: number, body: unknown): ProblemError {
  if (!isProblemDocument(body)) {
    const message = `The coordinator answered ${status} without saying why.`
    return ownProblem(status, 'unexplained', message)
  }
  const lead: ProblemFacts = {
    code: body.code,
    message: body.title,
    mend: body.detail,
    field: null,
    value: null,
  }
  const [first = lead, ...more] = body.problems
  return new ProblemError(status, body.code, [first, ...more])
}

/** The coordinator could not be reached at all. */
export function unreachable(): ProblemError {
  const mend = 'See whether it is running; the page tries again by itself.'
  return ownProblem(0, 'coordinator-unreachable', 'The coordinator does not answer.', mend)
}

/** Any thrown value as a ProblemError, so that views have one thing to show. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const message = error instanceof Error ? error.message : String(error)
  return ownProblem(0, 'page-error', message)
}

function ownProblem(status: number, code: string, message: string, mend: string | null = null): ProblemError {
  return new ProblemError(status, code, [{ code, message, mend, field: null, value: null }])
}

export interface FormProblems {
  /** One text per form field that has something to mend. */
  fields: Record<string, string>
  /** Problems that belong to no field of this form. */
  rest: ProblemFacts[]
}

/**
 * Sort an error's problems to the fields of a form.
 *
 * The server names fields by path (`labels.site`, `body.name`, `camera_ids.2`); a path belongs to the first of its
 * parts that the form has.
 */
export function problemsByField(error: unknown, formFields: readonly string[]): FormProblems {
  const sorted: FormProblems = { fields: {}, rest: [] }
  for (const facts of asProblem(error).problems) {
    const field = facts.field?.split(/[.[\]]/).find((part) => formFields.includes(part))
    if (field === undefined) {
      sorted.rest.push(facts)
      continue
    }
    const text = sentence(facts)
    const before = sorted.fields[field]
    sorted.fields[field] = before === undefined ? text : `${before} ${text}`
  }
  return sorted
}

/** The message and how to mend it, in one text; a mend that repeats the message is left out. */
export function sentence(facts: ProblemFacts): string {
  const mend = facts.mend ?? ''
  return mend === '' || facts.message.includes(mend) ? facts.message : `${facts.message} ${mend}`
}

function isProblemDocument(body: unknown): body is ProblemDocument {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body && 'problems' in body
}
