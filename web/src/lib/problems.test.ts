import { describe, expect, it } from 'vitest'
import { asProblem, ProblemError, problemFromAnswer, problemsByField, sentence } from './problems'
import type { ProblemFacts } from './types'

function facts(partial: Partial<ProblemFacts>): ProblemFacts {
  return {
    code: 'some-code',
    message: 'Something is wrong.',
    field: null,
    value: null,
    mend: null,
    ...partial,
  }
}

function refused(...problems: [ProblemFacts, ...ProblemFacts[]]): ProblemError {
  return new ProblemError(422, problems[0].code, problems)
}

describe('problems and the fields of a form', () => {
  it('puts each problem at the field it names, with how to mend it', () => {
    const error = refused(
      facts({ field: 'uri', message: 'Not an address.', mend: 'Start it with rtsp://.' }),
      facts({ field: 'name', message: 'Taken.' }),
    )
    expect(problemsByField(error, ['name', 'uri'])).toEqual({
      fields: { uri: 'Not an address. Start it with rtsp://.', name: 'Taken.' },
      rest: [],
    })
  })

  it.each(['labels.site', 'body.labels', 'labels[0]'])('finds the field inside the path %s', (field) => {
    expect(problemsByField(refused(facts({ field })), ['name', 'labels']).fields).toEqual({
      labels: 'Something is wrong.',
    })
  })

  it('joins two problems of one field', () => {
    const error = refused(
      facts({ field: 'name', message: 'Too long.' }),
      facts({ field: 'name', message: 'Taken.' }),
    )
    expect(problemsByField(error, ['name']).fields).toEqual({ name: 'Too long. Taken.' })
  })

  it('leaves a problem of no known field for the whole form', () => {
    const other = facts({ field: 'agent_id' })
    expect(problemsByField(refused(other), ['name'])).toEqual({ fields: {}, rest: [other] })
  })

  it('never loses an error that is no problem document', () => {
    expect(problemsByField(new TypeError('boom'), ['name']).rest.map(sentence)).toEqual(['boom'])
  })
})

describe('answers', () => {
  it('reads a problem document with all its problems', () => {
    const body = {
      type: 'urn:dsfleet:problem:name-taken',
      title: 'Taken.',
      status: 409,
      detail: 'Choose another.',
      code: 'name-taken',
      problems: [facts({ code: 'name-taken', field: 'name' })],
    }
    const problem = problemFromAnswer(409, body)
    expect([problem.status, problem.code, problem.problems[0]?.field]).toEqual([409, 'name-taken', 'name'])
  })

  it('takes title and detail where the document lists no problem', () => {
    const body = { title: 'Not there.', detail: 'Look again.', status: 404, code: 'not-found', problems: [] }
    expect(problemFromAnswer(404, body).problems.map(sentence)).toEqual(['Not there. Look again.'])
  })

  it('names the status of an answer that explains nothing', () => {
    expect(problemFromAnswer(502, '<html>').message).toContain('502')
  })

  it('keeps a problem that it already is', () => {
    const problem = refused(facts({}))
    expect(asProblem(problem)).toBe(problem)
  })
})
